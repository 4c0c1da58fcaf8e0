package org.oncohooks.cql;

/**
 * A CQL file.
 *
 * @param name the library's name, which is the file's name without ending
 * @param file path relative to the content folder
 * @param text the CQL
 */
public record CqlSource(String name, String file, String text) {}
