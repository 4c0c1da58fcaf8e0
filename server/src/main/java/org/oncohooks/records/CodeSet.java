package org.oncohooks.records;

/** The members of a value set. */
@FunctionalInterface
public interface CodeSet {

  boolean contains(String system, String code);
}
