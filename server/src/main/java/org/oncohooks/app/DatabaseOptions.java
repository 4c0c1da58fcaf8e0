package org.oncohooks.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.oncohooks.database.DatabaseSettings;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Which database keeps the patients, for every command that reads or writes them. */
final class DatabaseOptions {

  /** In place of a password file. */
  static final String PASSWORD = "ONCOHOOKS_DATABASE_PASSWORD";

  private static final Pattern URL = Pattern.compile("jdbc:postgresql:(//[^@]+|[^/@]+)");
  private static final Pattern SECRET = Pattern.compile("[?&](user|password)=");

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description =
          "keep patients in this folder, in one SQLite file; for one instance of the service"
              + " (default: in memory, gone when it stops)")
  private Path data;

  @Option(
      names = "--database-url",
      paramLabel = "URL",
      description =
          "keep patients in PostgreSQL, such as jdbc:postgresql://db.example.org/oncohooks; for any"
              + " number of instances")
  private String url;

  @Option(
      names = "--database-user",
      paramLabel = "NAME",
      defaultValue = "oncohooks",
      description = "user of the PostgreSQL database (default: ${DEFAULT-VALUE})")
  private String user;

  @Option(
      names = "--database-password-file",
      paramLabel = "FILE",
      description = "file that holds this user's password (default: the variable " + PASSWORD + ")")
  private Path passwordFile;

  /** The database; empty = patients are kept in memory. */
  Optional<DatabaseSettings> settings() {
    if (data != null && url != null) {
      throw refuse("give --data or --database-url, not both");
    }
    for (String option : List.of("--database-user", "--database-password-file")) {
      Needs.oneOf(command, option, "--database-url");
    }
    if (data != null) {
      return Optional.of(new DatabaseSettings.Sqlite(data));
    }
    if (url == null && System.getenv(PASSWORD) != null) {
      throw refuse(
          PASSWORD
              + " is set, and no --database-url names the database that it is for; patients would"
              + " be kept in memory. Give the URL, or unset the variable");
    }
    if (url == null) {
      return Optional.empty();
    }
    if (!URL.matcher(url).matches() || SECRET.matcher(url).find()) {
      throw refuse(
          "--database-url has to be jdbc:postgresql://host:port/database, without user and password;"
              + " these have options of their own");
    }
    return Optional.of(new DatabaseSettings.Postgres(url, user, password()));
  }

  /** Warns if every user of the machine can read the password. */
  void warn() {
    if (passwordFile != null) {
      OthersCanRead.warn("the database's password", passwordFile);
    }
  }

  /** The database, for a command that makes no sense without; warns as {@link #warn}. */
  DatabaseSettings required() {
    warn();
    return settings().orElseThrow(() -> refuse("give --data or --database-url"));
  }

  private String password() {
    if (passwordFile == null) {
      return Optional.ofNullable(System.getenv(PASSWORD)).orElse("");
    }
    try {
      return Files.readString(passwordFile).strip();
    } catch (IOException e) {
      throw refuse("--database-password-file " + passwordFile + " can't be read");
    }
  }

  private ParameterException refuse(String message) {
    return new ParameterException(command.commandLine(), message);
  }
}
