package org.oncohooks.app;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.concurrent.Callable;
import org.oncohooks.authoring.CaseFromRequest;
import org.oncohooks.json.StrictJson;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code oncohooks case}: cases for the content. */
@Command(
    name = "case",
    description = "Make cases for the content.",
    mixinStandardHelpOptions = true,
    subcommands = CaseCommand.New.class)
final class CaseCommand implements Runnable {

  @Spec private CommandSpec command;

  @Override
  public void run() {
    command.commandLine().usage(command.commandLine().getOut());
  }

  /** {@code oncohooks case new}. */
  @Command(
      name = "new",
      description = {
        "Make a case of a hook request, about nobody: ids, names, identifiers and references are"
            + " replaced, addresses, contacts and narrative left out, free text replaced, all dates"
            + " moved by one number of days. What it expects is what is answered now.",
        "Look through the files before they leave the house: a rare story may still be known."
      },
      mixinStandardHelpOptions = true,
      footer = {
        "",
        "Example:",
        "  oncohooks case new --from request.json --service breast-cancer-screening --name"
            + " dense-breast"
      })
  static final class New implements Callable<Integer> {

    @Spec private CommandSpec command;
    @Mixin private ContentOption content;
    @Mixin private TimeZoneOption timeZone;

    @Option(
        names = "--from",
        paramLabel = "FILE",
        required = true,
        description = "the hook request, as the EHR sent it")
    private Path from;

    @Option(
        names = "--service",
        paramLabel = "ID",
        required = true,
        description = "the service that it was sent to")
    private String service;

    @Option(
        names = "--name",
        paramLabel = "NAME",
        defaultValue = "from-request",
        description = "name of the case (default: ${DEFAULT-VALUE})")
    private String name;

    /** 0 if the case is written, 1 if not. */
    @Override
    public Integer call() {
      PrintWriter out = command.commandLine().getOut();
      PrintWriter err = command.commandLine().getErr();
      Path folder = content.authorsFolder();
      try {
        CaseFromRequest request =
            new CaseFromRequest(
                ContentFolder.knowledge(folder, err),
                service,
                StrictJson.object(Files.readAllBytes(from)),
                Instant.now(),
                timeZone.zone());
        CaseFromRequest.Made made =
            request.write(folder.resolve("cql/tests"), name, new SecureRandom());
        made.files().forEach(file -> out.println("wrote " + made.folder().resolve(file)));
        made.refusal()
            .ifPresent(
                refusal ->
                    err.println(
                        "The service refuses this request, and so the case expects no answer: "
                            + refusal.text()));
        if (!made.same()) {
          err.println(
              "With other dates the answer is another one, whatever their distance: compare the"
                  + " case with the request.");
        }
        out.println("Say in its description what it shows, and check what it expects.");
        return 0;
      } catch (IOException e) {
        err.println("--from " + from + " can't be read.");
        return 1;
      }
    }
  }
}
