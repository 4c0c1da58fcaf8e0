package org.oncohooks.knowledge;

import java.util.List;
import java.util.Optional;
import org.oncohooks.Finding;

/**
 * What loading content gave.
 *
 * @param knowledge the snapshot; empty if any finding is an error
 * @param findings everything found, sorted by place
 */
public record Loaded(Optional<Knowledge> knowledge, List<Finding> findings) {}
