package org.oncohooks.records;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.oncohooks.json.StrictJson;

/** Rows of the tables of resources, as objects. */
final class Rows {

  /** What {@link #version} reads, in its order. */
  static final String COLUMNS = "type, id, version, last_updated, json";

  private Rows() {}

  static ResourceVersion version(ResultSet row) throws SQLException {
    byte[] json = row.getBytes(5);
    return json == null
        ? new DeletedResource(row.getString(1), row.getString(2), row.getLong(3), instant(row))
        : stored(row, StrictJson.object(json));
  }

  /** A version that is no deletion. */
  static StoredResource stored(ResultSet row) throws SQLException {
    return stored(row, StrictJson.object(row.getBytes(5)));
  }

  private static StoredResource stored(ResultSet row, ObjectNode json) throws SQLException {
    return new StoredResource(
        row.getString(1), row.getString(2), row.getLong(3), instant(row), json);
  }

  private static Instant instant(ResultSet row) throws SQLException {
    return Instant.EPOCH.plus(row.getLong(4), ChronoUnit.MICROS);
  }
}
