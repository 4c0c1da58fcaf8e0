package org.oncohooks.app;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.oncohooks.Deadline;
import org.oncohooks.Problem;
import org.oncohooks.ProblemCategory;
import org.oncohooks.ProblemException;
import org.oncohooks.cases.Case;
import org.oncohooks.cases.CaseExplanation;
import org.oncohooks.cases.CaseFolder;
import org.oncohooks.decision.GuardedEngine;
import org.oncohooks.explain.ExplainText;
import org.oncohooks.hooks.CdsHooks;
import org.oncohooks.json.StrictJson;
import org.oncohooks.knowledge.Knowledge;
import org.oncohooks.knowledge.Loaded;
import org.oncohooks.knowledge.Service;
import org.oncohooks.records.MemoryPatientStore;
import org.oncohooks.records.PatientStore;
import org.oncohooks.records.SamplePatients;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code oncohooks explain}: why a card came, or did not. */
@Command(
    name = "explain",
    description = "Say why a card came or did not: of a case, or of a CDS Hooks request.",
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:explained",
      "1:there was nothing to explain: the call would be refused",
      "2:the content, the case or the request can't be read, or the command line is wrong"
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  oncohooks explain \"ScreeningDue/alive/SAFE-36 pregnant\"",
      "  oncohooks explain ScreeningDue/alive --define \"Is Due\"",
      "  oncohooks explain request.json --service metastatic-pain",
      "  oncohooks explain ScreeningDue/alive --json > why.json"
    })
final class ExplainCommand implements Callable<Integer> {

  private static final int REFUSED = 1;
  private static final int UNREADABLE = 2;
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final ObjectMapper JSON = new ObjectMapper();

  @Spec private CommandSpec command;
  @Mixin private ContentOption content;
  @Mixin private TimeZoneOption timeZone;

  @Parameters(
      paramLabel = "CASE|REQUEST.json",
      description =
          "a case as Library/case or Library/case/variant, or a file with a CDS Hooks request; data"
              + " that it lacks is taken from the sample patients")
  private String what;

  @Option(
      names = "--define",
      paramLabel = "NAME",
      description =
          "show the whole tree of this define, as NAME or Library.NAME; may be repeated (default:"
              + " what decided)")
  private List<String> defines = List.of();

  @Option(
      names = "--service",
      paramLabel = "ID",
      description = "of a request, the service to ask (default: every one that answers its hook)")
  private String service;

  @Option(
      names = "--all",
      description =
          "tell every recommendation of the service in full (default: the case's own, or those that"
              + " have something to say; the others in a line each)")
  private boolean all;

  @Option(names = "--json", description = "print JSON, as docs/explain.md describes it")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    PrintWriter out = command.commandLine().getOut();
    PrintWriter err = command.commandLine().getErr();
    boolean request = Files.isRegularFile(Path.of(what));
    Path folder = request ? content.folder() : content.authorsFolder();
    Loaded loaded = ContentFolder.load(folder);
    loaded.findings().forEach(err::println);
    err.flush();
    if (loaded.knowledge().isEmpty()) {
      return UNREADABLE;
    }
    try {
      if (what.endsWith(".json") && !request) {
        throw refuse(what + " is no file.");
      }
      ArrayNode explained =
          request
              ? request(loaded.knowledge().get(), Files.readAllBytes(Path.of(what)))
              : JsonNodeFactory.instance
                  .arrayNode()
                  .add(ofCase(loaded.knowledge().get(), folder.resolve("cql/tests")));
      print(out, explained, request ? "" : what.split("/", 2)[0]);
      return 0;
    } catch (ProblemException e) {
      err.println(e.problem().text());
      err.flush();
      return e.problem().category() == ProblemCategory.INCORRECT ? UNREADABLE : REFUSED;
    }
  }

  private void print(PrintWriter out, ArrayNode explained, String library) throws IOException {
    if (json) {
      out.println(
          JSON.writerWithDefaultPrettyPrinter()
              .writeValueAsString(explained.size() == 1 ? explained.get(0) : explained));
    } else {
      explained.forEach(each -> new ExplainText(out, each).print(library, defines, all));
    }
    out.flush();
  }

  private ObjectNode ofCase(Knowledge knowledge, Path tests) throws IOException {
    List<Case> cases = CaseFolder.readAll(tests, what);
    Case tested = cases.stream().filter(each -> each.name().equals(what)).findFirst().orElse(null);
    if (tested == null) {
      throw refuse(CaseFolder.unknown(tests, what));
    }
    return CaseExplanation.of(knowledge, tested, defines);
  }

  private ArrayNode request(Knowledge knowledge, byte[] bytes) throws IOException {
    ObjectNode request = StrictJson.object(bytes);
    request.withObject("/extension").put("org.oncohooks.explain", true);
    String hook = request.path("hook").asText("");
    List<Service> asked =
        knowledge.services().stream()
            .filter(each -> service == null || each.id().equals(service))
            .filter(each -> each.hooks().contains(hook))
            .toList();
    if (asked.isEmpty()) {
      throw refuse(
          "No such service answers the hook \""
              + hook
              + "\"; the services are: "
              + knowledge.services().stream().map(Service::id).collect(Collectors.joining(", "))
              + ".");
    }
    try (GuardedEngine engine = new GuardedEngine(GuardedEngine.Limits.standard())) {
      return answers(hooks(knowledge, engine), asked, JSON.writeValueAsBytes(request));
    }
  }

  /** The explanations; of a service that refuses, what it says, and an exception if all do. */
  private ArrayNode answers(CdsHooks hooks, List<Service> asked, byte[] request) {
    ArrayNode explained = JsonNodeFactory.instance.arrayNode();
    List<Problem> refused = new ArrayList<>();
    for (Service each : asked) {
      try {
        byte[] answer = hooks.answer(each.id(), request, Deadline.after(PATIENCE)).json();
        explained.add(StrictJson.object(answer).at("/extension/org.oncohooks.explain"));
      } catch (ProblemException e) {
        refused.add(e.problem());
        command.commandLine().getErr().println(each.id() + ": " + e.problem().text());
        command.commandLine().getErr().flush();
      }
    }
    if (explained.isEmpty()) {
      throw refused.get(0).asException();
    }
    return explained;
  }

  private CdsHooks hooks(Knowledge knowledge, GuardedEngine engine) {
    PatientStore store = new MemoryPatientStore(InstantSource.system());
    Path patients = content.folder().resolve("fhir-resources/patients");
    if (Files.isDirectory(patients)) {
      SamplePatients.load(patients, store);
    }
    return AuthorsHooks.of(knowledge, engine, Optional.of(store), timeZone.zone());
  }

  private static ProblemException refuse(String text) {
    return Problem.of(ProblemCategory.INCORRECT, "explain", text).asException();
  }
}
