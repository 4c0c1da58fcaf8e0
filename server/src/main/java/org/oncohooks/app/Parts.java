package org.oncohooks.app;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import org.oncohooks.database.DatabaseSettings;
import org.oncohooks.decision.GuardedEngine;
import org.oncohooks.hooks.Site;
import org.oncohooks.knowledge.Knowledge;
import org.oncohooks.ledger.Ledger;
import org.oncohooks.records.PatientStore;

/** What the service is made of and has to close, in the order in which it is opened. */
record Parts(
    Knowledge knowledge, Patients patients, Ledger ledger, Access access, GuardedEngine engine)
    implements AutoCloseable {

  /**
   * @throws org.oncohooks.ProblemException if one of them can't be opened; none is then left open
   */
  static Parts open(
      ServeOptions options, Knowledge knowledge, Site site, InstantSource clock, PrintWriter err) {
    Access access = Access.of(options, site, knowledge, data(options), clock, err);
    try {
      Patients patients = Patients.open(options.database(), clock, options.zone());
      try {
        return new Parts(
            knowledge,
            patients,
            LedgerOfSite.open(options, clock, knowledge.version()),
            access,
            new GuardedEngine(options.rules()));
      } catch (RuntimeException e) {
        patients.close();
        throw e;
      }
    } catch (RuntimeException e) {
      access.close();
      throw e;
    }
  }

  private static Optional<Path> data(ServeOptions options) {
    return options
        .database()
        .filter(DatabaseSettings.Sqlite.class::isInstance)
        .map(sqlite -> ((DatabaseSettings.Sqlite) sqlite).folder());
  }

  PatientStore store() {
    return patients.store();
  }

  @Override
  public void close() {
    engine.close();
    try {
      access.close();
    } finally {
      try {
        patients.close();
      } finally {
        LedgerOfSite.close(ledger);
      }
    }
  }
}
