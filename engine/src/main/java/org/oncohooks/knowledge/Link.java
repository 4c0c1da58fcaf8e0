package org.oncohooks.knowledge;

/**
 * A labelled absolute link that the content declares.
 *
 * @param label what a reader sees
 * @param url https
 */
public record Link(String label, String url) {}
