package org.oncohooks.app;

import java.time.InstantSource;
import java.time.ZoneId;
import java.util.Optional;
import org.oncohooks.Monitor;
import org.oncohooks.Problem;
import org.oncohooks.ProblemCategory;
import org.oncohooks.database.Database;
import org.oncohooks.database.DatabaseSettings;
import org.oncohooks.records.MemoryPatientStore;
import org.oncohooks.records.PatientStore;
import org.oncohooks.records.SqlPatientStore;
import org.oncohooks.telemetry.MonitoredStore;

/**
 * The store of patients that is configured, and what it needs.
 *
 * @param store reads and writes
 * @param database what it is kept in; empty = in memory
 */
record Patients(PatientStore store, Optional<Database> database) implements AutoCloseable {

  /**
   * @param clock gives the time of writes
   * @param zone where dates without an offset are
   * @throws org.oncohooks.ProblemException if the database can't be opened
   */
  static Patients open(Optional<DatabaseSettings> settings, InstantSource clock, ZoneId zone) {
    if (settings.isEmpty()) {
      return new Patients(new MemoryPatientStore(clock), Optional.empty());
    }
    Database database = Database.open(settings.get(), SqlPatientStore.TABLES);
    try {
      return new Patients(new SqlPatientStore(database, clock, zone), Optional.of(database));
    } catch (RuntimeException e) {
      database.close();
      throw e;
    }
  }

  /** Whether patients can be read at present. */
  boolean answers() {
    return database.map(Database::answers).orElse(true);
  }

  /** The same, telling a monitor of what is asked. */
  Patients toldTo(Monitor monitor) {
    return new Patients(new MonitoredStore(store, monitor), database);
  }

  /**
   * @throws org.oncohooks.ProblemException {@code UNAVAILABLE} if patients can't be read at present
   */
  void requireReady() {
    if (!answers()) {
      throw Problem.of(
              ProblemCategory.UNAVAILABLE, "not-ready", "The database does not answer.", "database")
          .asException();
    }
  }

  @Override
  public void close() {
    database.ifPresent(Database::close);
  }
}
