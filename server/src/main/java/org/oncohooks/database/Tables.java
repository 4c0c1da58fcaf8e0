package org.oncohooks.database;

import java.time.Duration;

/**
 * The tables of one part of the service, and how many connections it gets for them. What one part
 * does, keeps no other waiting.
 *
 * @param name of the SQLite file, and of the table in which Flyway keeps what was migrated
 * @param migrations folder of resources that holds one for each {@link Dialect}
 * @param besideOthers whether other tables may be there when these are made
 * @param readers most connections that read
 * @param writers most connections that write; SQLite has one
 * @param longestWrite a statement that writes is cancelled after it
 */
public record Tables(
    String name,
    String migrations,
    boolean besideOthers,
    int readers,
    int writers,
    Duration longestWrite) {}
