package org.oncohooks.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.oncohooks.Problem;
import org.oncohooks.ProblemCategory;
import org.oncohooks.ProblemException;
import org.oncohooks.authoring.CapabilityCheck;
import org.oncohooks.json.StrictJson;
import org.oncohooks.knowledge.Knowledge;
import org.oncohooks.knowledge.Service;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code oncohooks prefetch}: what an EHR is asked for. */
@Command(
    name = "prefetch",
    description = "Show a service's prefetch templates, and what a FHIR server can't do of them.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  oncohooks prefetch breast-cancer-screening",
      "  curl -s https://ehr.example.org/fhir/metadata > capability.json",
      "  oncohooks prefetch breast-cancer-screening --check capability.json"
    })
final class PrefetchCommand implements Callable<Integer> {

  @Spec private CommandSpec command;
  @Mixin private ContentOption content;

  @Parameters(paramLabel = "SERVICE", description = "id of the service")
  private String id;

  @Option(
      names = "--check",
      paramLabel = "FILE",
      description = "CapabilityStatement of a FHIR R4 server, as JSON")
  private Path check;

  private ObjectNode capabilities() throws IOException {
    ObjectNode json;
    try {
      json = StrictJson.object(Files.readAllBytes(check));
    } catch (ProblemException e) {
      throw refuse(e.problem().text());
    }
    if (!json.path("resourceType").asText("").equals("CapabilityStatement")) {
      throw refuse("It is no CapabilityStatement.");
    }
    return json;
  }

  private ProblemException refuse(String why) {
    return Problem.of(
            ProblemCategory.INCORRECT,
            "capabilities",
            "--check "
                + check
                + ": "
                + why
                + " Save what the server answers at /metadata, as JSON.")
        .asException();
  }

  /** 0 if all can be asked for, 1 if the server lacks something or the service is not there. */
  @Override
  public Integer call() {
    PrintWriter out = command.commandLine().getOut();
    PrintWriter err = command.commandLine().getErr();
    try {
      Knowledge knowledge = ContentFolder.knowledge(content.folder(), err);
      Optional<Service> service = knowledge.service(id);
      if (service.isEmpty()) {
        err.println(
            "There is no service "
                + id
                + "; the services are: "
                + String.join(", ", knowledge.services().stream().map(Service::id).toList())
                + ".");
        return 1;
      }
      JsonNode capabilities = check == null ? null : capabilities();
      boolean lacks = false;
      for (String hook : service.get().hooks()) {
        out.println(id + " on " + hook + ":");
        service
            .get()
            .prefetch(hook)
            .templates()
            .forEach((key, template) -> out.println("  " + key + ": " + template));
        if (capabilities != null) {
          List<String> lacking = CapabilityCheck.of(service.get().prefetch(hook), capabilities);
          lacking.forEach(line -> out.println("  CAN'T " + line));
          lacks |= !lacking.isEmpty();
        }
      }
      if (capabilities != null) {
        out.println(
            lacks
                ? "The server can't do what is marked CAN'T: what depends on it is not evaluated,"
                    + " or said to be missing on the card."
                : "The server can do all of it, as its CapabilityStatement says.");
      }
      return lacks ? 1 : 0;
    } catch (IOException e) {
      err.println("--check " + check + " can't be read.");
      return 1;
    }
  }
}
