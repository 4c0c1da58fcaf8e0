package org.oncohooks.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.oncohooks.Problem;
import org.oncohooks.ProblemCategory;
import org.oncohooks.ProblemException;
import org.oncohooks.authoring.CapabilityCheck;
import org.oncohooks.json.StrictJson;
import org.oncohooks.knowledge.Knowledge;
import org.oncohooks.knowledge.PrefetchTemplates;
import org.oncohooks.knowledge.Service;
import picocli.CommandLine.ArgGroup;
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
      "  oncohooks prefetch breast-cancer-screening --check capability.json",
      "  oncohooks prefetch breast-cancer-screening --config site.yaml --tenant st-elsewhere"
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

  @ArgGroup(exclusive = false)
  private OfTenant ofTenant;

  /** Whose queries. */
  private static final class OfTenant {
    @Option(
        names = "--config",
        paramLabel = "FILE",
        required = true,
        description = "configuration file in which the tenant is")
    private Path config;

    @Option(
        names = "--tenant",
        paramLabel = "ID",
        required = true,
        description = "tenant whose search-parameters are added")
    private String tenant;

    private Map<String, List<String>> searches(Knowledge knowledge) {
      ConfigFile file = ConfigFile.read(config, System.getenv());
      TenantEntry[] tenants =
          file.section("tenants", TenantEntry[].class).orElse(new TenantEntry[0]);
      for (int i = 0; i < tenants.length; i++) {
        if (tenants[i].id().equals(tenant)) {
          return AddedSearches.of(tenants[i], "tenants[" + i + "]", file, knowledge);
        }
      }
      throw file.refuse("tenants", "there is none of the id " + tenant);
    }
  }

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

  /**
   * 0 if all can be asked for, 1 if the server does not say so or the service is not there.
   *
   * @throws org.oncohooks.ProblemException if the configuration or the CapabilityStatement is wrong
   */
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
      Map<String, List<String>> searches =
          ofTenant == null ? Map.of() : ofTenant.searches(knowledge);
      boolean lacks = false;
      boolean doubts = false;
      for (String hook : service.get().hooks()) {
        out.println(id + " on " + hook + ":");
        PrefetchTemplates asked = service.get().prefetch(hook).narrowed(searches);
        asked.templates().forEach((key, template) -> out.println("  " + key + ": " + template));
        if (capabilities != null) {
          CapabilityCheck.Said said = CapabilityCheck.of(asked, capabilities);
          said.lacking().forEach(line -> out.println("  CAN'T " + line));
          said.doubtful().forEach(line -> out.println("  MAY REFUSE " + line));
          lacks |= !said.lacking().isEmpty();
          doubts |= !said.doubtful().isEmpty();
        }
      }
      if (capabilities != null) {
        out.println(
            lacks
                ? "The server can't do what is marked CAN'T: what depends on it is not evaluated,"
                    + " or said to be missing on the card."
                : "The server knows all of these parameters, as its CapabilityStatement says. Ask each"
                    + " query once: a server may want more than the patient without saying so.");
        if (doubts) {
          out.println(
              "What is marked MAY REFUSE is not among the searches that the server lists: try it, and"
                  + " set search-parameters for this tenant if it is refused.");
        }
      }
      return lacks || doubts ? 1 : 0;
    } catch (IOException e) {
      err.println("--check " + check + " can't be read.");
      return 1;
    }
  }
}
