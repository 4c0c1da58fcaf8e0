package org.oncohooks.app;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.oncohooks.ProblemException;
import org.oncohooks.database.DatabaseSettings;
import org.oncohooks.fhirapi.ProfileChecks;
import org.oncohooks.fhirapi.StructureChecks;
import org.oncohooks.ledger.Entry;
import org.oncohooks.ledger.LedgerReader;
import org.oncohooks.records.BulkLoad;
import org.oncohooks.records.LoadBroken;
import org.oncohooks.records.LoadTally;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code oncohooks load}: patients from files into the database. */
@Command(
    name = "load",
    description = {
      "Load patients into the database: Bundles and NDJSON, plain or gzip.",
      "What is there already is not written again; after an interruption, do the same again."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  oncohooks load patients/ --data /var/lib/oncohooks",
      "  oncohooks load bulk/*.ndjson.gz --database-url jdbc:postgresql://db/oncohooks"
          + " --database-user oncohooks --database-password-file password",
      "  zcat export.ndjson.gz | oncohooks load - --data /var/lib/oncohooks"
    })
final class LoadCommand implements Callable<Integer> {

  private static final List<String> ENDINGS = List.of(".json", ".ndjson", ".json.gz", ".ndjson.gz");

  @Spec private CommandSpec command;
  @Mixin private DatabaseOptions database;
  @Mixin private TimeZoneOption timeZone;
  @Mixin private ProfileOption profiles;

  @Parameters(
      paramLabel = "FILE|DIR|-",
      arity = "1..*",
      description =
          "files, folders of *.json, *.ndjson and these with .gz, or - for standard input")
  private List<String> names = List.of();

  /** 0 if everything of a type that is kept is there now, 1 if something was refused or failed. */
  @Override
  public Integer call() {
    PrintWriter out = command.commandLine().getOut();
    PrintWriter err = command.commandLine().getErr();
    DatabaseSettings settings = database.required();
    LoadTally tally = new LoadTally();
    boolean whole = true;
    boolean begun = false;
    try (Patients patients =
        Patients.open(Optional.of(settings), InstantSource.system(), timeZone.zone())) {
      List<Source> all = sources();
      long bytes = 0;
      for (Source source : all) {
        bytes += source.bytes();
      }
      note(settings, Entry.Job.Kind.LOAD_BEGUN, all.size() + " sources");
      begun = true;
      LoadProgress progress = new LoadProgress(bytes, tally, Terminal.isThere(), err);
      try (BulkLoad load =
          new BulkLoad(
              patients.store(),
              StructureChecks.r4(profiles.folder().map(ProfileChecks::in)),
              tally,
              progress::tell)) {
        for (Source source : all) {
          whole &= take(load, source, progress, err);
        }
      }
      progress.end();
      begun = false;
      note(settings, Entry.Job.Kind.LOAD_ENDED, counts(tally));
    } catch (ProblemException e) {
      err.println();
      err.println(e.problem().text() + " Do the same again; what is there is not written again.");
      whole = false;
      if (begun) {
        noteBreak(settings, tally, err);
      }
    } catch (IOException e) {
      err.println("The files can't be listed.");
      whole = false;
    }
    out.println(counts(tally));
    tally.reasons().forEach(line -> out.println("  " + line));
    out.flush();
    err.flush();
    return whole && tally.refused() == 0 ? 0 : 1;
  }

  private static String counts(LoadTally tally) {
    return String.format(
        Locale.ROOT,
        "%,d resources: %,d written, %,d there already, %,d of types that are not kept, %,d refused",
        tally.all(),
        tally.written(),
        tally.unchanged(),
        tally.skipped(),
        tally.refused());
  }

  /** Before anything is written, and at the end. Names of files may be names of patients. */
  private static void note(DatabaseSettings settings, Entry.Job.Kind kind, String text) {
    LedgerReader.note(settings, LedgerReading.job(kind, text), InstantSource.system().instant());
  }

  /** What came until then is there; whatever broke the load may keep this from being noted. */
  private static void noteBreak(DatabaseSettings settings, LoadTally tally, PrintWriter err) {
    try {
      note(settings, Entry.Job.Kind.LOAD_ENDED, "broken off after " + counts(tally));
    } catch (ProblemException e) {
      err.println("That it broke off is not noted in the ledger: " + e.problem().text());
    }
  }

  private static boolean take(
      BulkLoad load, Source source, LoadProgress progress, PrintWriter err) {
    progress.begin(source.name());
    try (InputStream in = source.open()) {
      load.take(source.name(), progress.counted(in));
      return true;
    } catch (LoadBroken e) {
      err.println();
      err.println(source.name() + ": " + e.getMessage());
    } catch (IOException e) {
      err.println();
      err.println(source.name() + ": can't be read");
    }
    return false;
  }

  /** A file, or standard input, which is read as it comes. */
  private record Source(Optional<Path> file) {

    private String name() {
      return file.map(Path::toString).orElse("standard input");
    }

    /** 0 if it is not known. */
    private long bytes() throws IOException {
      return file.isPresent() ? Files.size(file.get()) : 0;
    }

    private InputStream open() throws IOException {
      return file.isPresent() ? Files.newInputStream(file.get()) : System.in;
    }
  }

  private List<Source> sources() throws IOException {
    List<Source> all = new ArrayList<>();
    for (String name : names) {
      if (name.equals("-")) {
        all.add(new Source(Optional.empty()));
      } else if (Files.isDirectory(Path.of(name))) {
        try (Stream<Path> found = Files.walk(Path.of(name))) {
          found
              .filter(file -> ENDINGS.stream().anyMatch(file.toString()::endsWith))
              .sorted()
              .forEach(file -> all.add(new Source(Optional.of(file))));
        }
      } else if (Files.isRegularFile(Path.of(name))) {
        all.add(new Source(Optional.of(Path.of(name))));
      } else {
        throw refuse(name + " is no file and no folder");
      }
    }
    return all;
  }

  private ParameterException refuse(String message) {
    return new ParameterException(command.commandLine(), message);
  }
}
