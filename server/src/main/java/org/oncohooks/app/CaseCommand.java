package org.oncohooks.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.oncohooks.Deadline;
import org.oncohooks.Problem;
import org.oncohooks.ProblemCategory;
import org.oncohooks.ProblemException;
import org.oncohooks.authoring.CaseFromRequest;
import org.oncohooks.authoring.RequestFromCase;
import org.oncohooks.cases.Case;
import org.oncohooks.cases.CaseFolder;
import org.oncohooks.decision.GuardedEngine;
import org.oncohooks.hooks.CdsHooks;
import org.oncohooks.json.StrictJson;
import org.oncohooks.knowledge.Knowledge;
import org.oncohooks.knowledge.Service;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code oncohooks case}: cases for the content. */
@Command(
    name = "case",
    description = "Make cases for the content.",
    mixinStandardHelpOptions = true,
    subcommands = {CaseCommand.New.class, CaseCommand.Request.class})
final class CaseCommand implements Runnable {

  private static final ObjectWriter JSON = new ObjectMapper().writerWithDefaultPrettyPrinter();

  @Spec private CommandSpec command;

  @Override
  public void run() {
    command.commandLine().usage(command.commandLine().getOut());
  }

  /** {@code oncohooks case new}. */
  @Command(
      name = "new",
      description = {
        "Make a case of a hook request, about nobody: what the service reads in it, with all dates"
            + " moved by one number of days. Numbers, statuses and codes of known systems are kept;"
            + " ids, identifiers, references, other codes and addresses become stand-ins; every"
            + " other text is replaced, and names, contacts, documents and extensions that the"
            + " content does not name are left out. What it expects is what is answered now.",
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

    private static final Duration PATIENCE = Duration.ofSeconds(30);

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

    /** 0 if the case is written and answers as the request, else 1. */
    @Override
    public Integer call() {
      PrintWriter out = command.commandLine().getOut();
      PrintWriter err = command.commandLine().getErr();
      Path folder = content.authorsFolder();
      Knowledge knowledge = ContentFolder.knowledge(folder, err);
      try (GuardedEngine engine = new GuardedEngine(GuardedEngine.Limits.standard())) {
        CaseFromRequest.Made made =
            new CaseFromRequest(knowledge, read(knowledge, engine))
                .write(folder.resolve("cql/tests"), name, new SecureRandom());
        made.files().forEach(file -> out.println("wrote " + made.folder().resolve(file)));
        made.notes().forEach(err::println);
        made.refusal()
            .ifPresent(
                refusal ->
                    err.println(
                        "The service refuses this request, and so the case expects no answer: "
                            + refusal.text()));
        if (!made.differences().isEmpty()) {
          err.println("The case is answered otherwise than the request:");
          made.differences().forEach(each -> err.println("  " + each));
          err.println("It shows something else, unless you mend it.");
        }
        out.println("Say in its description what it shows, and check what it expects.");
        return made.differences().isEmpty() ? 0 : 1;
      } catch (IOException e) {
        err.println("--from " + from + " can't be read.");
        return 1;
      }
    }

    private CaseFromRequest.Request read(Knowledge knowledge, GuardedEngine engine)
        throws IOException {
      requireService(knowledge, service);
      byte[] bytes = Files.readAllBytes(from);
      requireRequest(bytes);
      return read(
          AuthorsHooks.of(knowledge, engine, Optional.empty(), timeZone.zone()), service, bytes);
    }

    /** A chart, or something else that an author has at hand, is no request. */
    private void requireRequest(byte[] bytes) {
      JsonNode json = StrictJson.read(bytes);
      if (json.path("hook").isTextual() && json.path("context").isObject()) {
        return;
      }
      String type = json.path("resourceType").asText("");
      throw refuse(
          from
              + (type.isEmpty()
                  ? " is no CDS Hooks request: it has no hook and context."
                  : " is a FHIR " + type + " and no CDS Hooks request.")
              + " What an EHR sends is {hook, hookInstance, context: {patientId, userId}, prefetch};"
              + " 'oncohooks case request CASE' prints one.");
    }

    /**
     * As the service reads it.
     *
     * @param hooks with no store, since a case holds what was sent
     */
    static CaseFromRequest.Request read(CdsHooks hooks, String service, byte[] request) {
      CdsHooks.Reading read = hooks.read(service, request, Deadline.after(PATIENCE));
      return new CaseFromRequest.Request(
          read.service(),
          read.context(),
          read.record(),
          read.evaluatedAt().toOffsetDateTime(),
          read.settings());
    }
  }

  /** {@code oncohooks case request}. */
  @Command(
      name = "request",
      description =
          "Print the CDS Hooks request that an EHR would send for a case, with the case's day and"
              + " settings, which a service takes in development mode; curl, explain and the"
              + " workbench take it.",
      mixinStandardHelpOptions = true,
      footer = {
        "",
        "Examples:",
        "  oncohooks case request ScreeningDue/alive > request.json",
        "  oncohooks case request \"ScreeningDue/alive/SAFE-36 pregnant\" --service risk-information",
        "  oncohooks case request ScreeningDue/alive --bundle > patient.json",
        "  curl -H 'Content-Type: application/fhir+json' -d @patient.json"
            + " http://localhost:8080/fhir",
        "  oncohooks case request ScreeningDue/alive | curl -H 'Content-Type: application/json'"
            + " -d @- http://localhost:8080/cds-services/breast-cancer-screening"
      })
  static final class Request implements Callable<Integer> {

    @Spec private CommandSpec command;
    @Mixin private ContentOption content;

    @Parameters(paramLabel = "CASE", description = "as Library/case or Library/case/variant")
    private String name;

    @Option(
        names = "--service",
        paramLabel = "ID",
        description = "hold only what this service asks for (default: all that answer the hook)")
    private String service;

    @Option(
        names = "--bundle",
        description =
            "print the patient's data alone, as a FHIR transaction, which POST /fhir takes")
    private boolean bundle;

    /** 0 if it is printed, 1 if not. */
    @Override
    public Integer call() throws IOException {
      PrintWriter out = command.commandLine().getOut();
      Path folder = content.authorsFolder();
      Path tests = folder.resolve("cql/tests");
      Optional<Case> found =
          CaseFolder.readAll(tests, name).stream()
              .filter(each -> each.name().equals(name))
              .findFirst();
      if (found.isEmpty()) {
        throw refuse(CaseFolder.unknown(tests, name));
      }
      Case of = found.get();
      ObjectNode json = bundle ? RequestFromCase.bundle(of) : request(of, folder);
      out.println(JSON.writeValueAsString(json));
      out.flush();
      return 0;
    }

    private ObjectNode request(Case of, Path folder) {
      PrintWriter err = command.commandLine().getErr();
      Knowledge knowledge = ContentFolder.knowledge(folder, err);
      List<Service> all =
          knowledge.services().stream().filter(s -> s.hooks().contains(of.hook())).toList();
      if (service == null) {
        if (all.isEmpty()) {
          throw refuse("No service answers the case's hook, " + of.hook() + ".");
        }
        err.println(
            "The request holds what all services of "
                + of.hook()
                + " ask for: "
                + ids(all)
                + ". --service ID holds what one of them does."
                + of.service().map(own -> " The case is about " + own + ".").orElse(""));
        err.flush();
        return RequestFromCase.request(of, all);
      }
      Service asked = requireService(knowledge, service);
      if (!all.contains(asked)) {
        throw refuse(
            "The service answers "
                + String.join(", ", asked.hooks())
                + ", and the case's hook is "
                + of.hook()
                + ".");
      }
      return RequestFromCase.request(of, List.of(asked));
    }
  }

  private static String ids(Collection<Service> services) {
    return services.stream().map(Service::id).collect(Collectors.joining(", "));
  }

  private static Service requireService(Knowledge knowledge, String id) {
    return knowledge
        .service(id)
        .orElseThrow(
            () ->
                refuse(
                    "There is no service "
                        + id
                        + "; the services are: "
                        + ids(knowledge.services())
                        + "."));
  }

  private static ProblemException refuse(String text) {
    return Problem.of(ProblemCategory.INCORRECT, "case", text).asException();
  }
}
