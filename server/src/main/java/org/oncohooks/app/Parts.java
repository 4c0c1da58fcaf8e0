package org.oncohooks.app;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Supplier;
import org.oncohooks.Monitor;
import org.oncohooks.decision.GuardedEngine;
import org.oncohooks.hooks.Mode;
import org.oncohooks.hooks.Site;
import org.oncohooks.knowledge.CurrentKnowledge;
import org.oncohooks.knowledge.Knowledge;
import org.oncohooks.knowledge.Loaded;
import org.oncohooks.ledger.Ledger;
import org.oncohooks.ledger.Refusals;
import org.oncohooks.ledger.Retention;
import org.oncohooks.operations.SentCql;
import org.oncohooks.records.PatientStore;

/** What the service is made of and has to close, in the order in which it is opened. */
record Parts(
    CurrentKnowledge content,
    Patients patients,
    Ledger ledger,
    Refusals refusals,
    Optional<Retention> retention,
    Access access,
    GuardedEngine engine,
    RunawayRules runaways,
    Optional<SentCql> sentCql)
    implements AutoCloseable {

  /**
   * @param knowledge what is served to begin with
   * @param loader reads the content anew
   * @param monitor is told what the parts do
   * @throws org.oncohooks.ProblemException if one of them can't be opened; none is then left open
   */
  static Parts open(
      ServeOptions options,
      Knowledge knowledge,
      Supplier<Loaded> loader,
      InstantSource clock,
      Monitor monitor,
      PrintWriter err) {
    Site site = SiteSettings.of(options.site(), knowledge);
    // first, since its tables want a database that is empty
    Patients patients = Patients.open(options.database(), clock, options.zone()).toldTo(monitor);
    try {
      Access access = Access.of(options, site, knowledge, clock, monitor, err);
      try {
        Ledger ledger = LedgerOfSite.open(options, clock, knowledge.version());
        RunawayRules runaways = new RunawayRules(ledger, clock);
        GuardedEngine engine = new GuardedEngine(options.rules(), runaways);
        return new Parts(
            new CurrentKnowledge(
                knowledge,
                loader,
                fresh -> {
                  SiteSettings.of(options.site(), fresh);
                  access.requireFits(fresh);
                  engine.serves(fresh);
                }),
            patients,
            ledger,
            new Refusals(ledger, clock),
            options
                .site()
                .ledgerKept()
                .filter(kept -> options.database().isPresent())
                .map(kept -> new Retention(ledger, kept, clock)),
            access,
            engine,
            runaways,
            options.mode() == Mode.DEVELOPMENT
                ? Optional.of(new SentCql(SentCql.Limits.standard(), ownJava()))
                : Optional.empty());
      } catch (RuntimeException e) {
        access.close();
        throw e;
      }
    } catch (RuntimeException e) {
      patients.close();
      throw e;
    }
  }

  /** The Java that runs this, and what it runs. */
  private static SentCql.Java ownJava() {
    return new SentCql.Java(
        Path.of(System.getProperty("java.home"), "bin", "java"),
        System.getProperty("java.class.path"));
  }

  PatientStore store() {
    return patients.store();
  }

  @Override
  public void close() {
    engine.close();
    runaways.close();
    sentCql.ifPresent(SentCql::close);
    try {
      access.close();
    } finally {
      try {
        patients.close();
      } finally {
        retention.ifPresent(Retention::close);
        refusals.close();
        LedgerOfSite.close(ledger);
      }
    }
  }
}
