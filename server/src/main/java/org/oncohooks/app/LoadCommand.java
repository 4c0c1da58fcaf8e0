package org.oncohooks.app;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
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
import org.oncohooks.records.BulkLoad;
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
    mixinStandardHelpOptions = true)
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
  private List<String> sources = List.of();

  /** 0 if everything of a type that is kept is there now, 1 if something was refused or failed. */
  @Override
  public Integer call() {
    PrintWriter out = command.commandLine().getOut();
    PrintWriter err = command.commandLine().getErr();
    DatabaseSettings settings =
        database
            .settings()
            .orElseThrow(() -> refuse("name the database with --data or --database-url"));
    LoadTally tally = new LoadTally();
    boolean whole = true;
    try (Patients patients =
        Patients.open(Optional.of(settings), InstantSource.system(), timeZone.zone())) {
      List<Path> files = files();
      LoadProgress progress = new LoadProgress(files, tally, System.console() != null, err);
      BulkLoad load =
          new BulkLoad(
              patients.store(),
              StructureChecks.r4(profiles.folder().map(ProfileChecks::in)),
              tally,
              progress::tell);
      for (Path file : files) {
        progress.begin(file);
        whole &= take(load, file, progress, err);
      }
      progress.end();
    } catch (ProblemException e) {
      err.println();
      err.println(e.problem().text() + " Do the same again; what is there is not written again.");
      whole = false;
    } catch (IOException e) {
      err.println("The files can't be listed.");
      whole = false;
    }
    out.printf(
        Locale.ROOT,
        "%,d resources: %,d written, %,d there already, %,d of types that are not kept, %,d refused%n",
        tally.all(),
        tally.written(),
        tally.unchanged(),
        tally.skipped(),
        tally.refused());
    tally.reasons().forEach(line -> out.println("  " + line));
    out.flush();
    err.flush();
    return whole && tally.refused() == 0 ? 0 : 1;
  }

  private static boolean take(BulkLoad load, Path file, LoadProgress progress, PrintWriter err) {
    try {
      load.take(() -> progress.counted(Files.newInputStream(file)));
      return true;
    } catch (JsonProcessingException e) {
      // the parser's message may quote the file
      err.println();
      err.println(
          file
              + ": not JSON at line "
              + e.getLocation().getLineNr()
              + ", column "
              + e.getLocation().getColumnNr()
              + "; the rest of the file is left out");
    } catch (IOException e) {
      err.println();
      err.println(file + ": can't be read to its end");
    }
    return false;
  }

  private List<Path> files() throws IOException {
    List<Path> files = new ArrayList<>();
    for (String source : sources) {
      if (source.equals("-")) {
        files.add(standardInput());
      } else if (Files.isDirectory(Path.of(source))) {
        try (Stream<Path> found = Files.walk(Path.of(source))) {
          found
              .filter(file -> ENDINGS.stream().anyMatch(file.toString()::endsWith))
              .sorted()
              .forEach(files::add);
        }
      } else if (Files.isRegularFile(Path.of(source))) {
        files.add(Path.of(source));
      } else {
        throw refuse(source + " is no file and no folder");
      }
    }
    return files;
  }

  /** In a file that only this user can read, because it is read twice; it goes with the process. */
  private static Path standardInput() throws IOException {
    Path file = Files.createTempFile("oncohooks-load", ".json");
    file.toFile().deleteOnExit();
    try (InputStream in = System.in) {
      Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
    }
    return file;
  }

  private ParameterException refuse(String message) {
    return new ParameterException(command.commandLine(), message);
  }
}
