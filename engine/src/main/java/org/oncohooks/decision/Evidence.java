package org.oncohooks.decision;

import java.util.Optional;

/**
 * A fact of the patient's that the advice rests on. The text comes from the patient's record: it is
 * text, never markup.
 *
 * @param fact what it is, in words
 * @param date ISO 8601, with the precision recorded; empty where no date is recorded
 * @param resource relative reference of the resource it stands in ({@code Condition/abc})
 */
public record Evidence(String fact, Optional<String> date, Optional<String> resource) {}
