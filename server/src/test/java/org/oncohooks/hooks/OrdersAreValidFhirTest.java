package org.oncohooks.hooks;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.DefaultProfileValidationSupport;
import ca.uhn.fhir.validation.FhirValidator;
import ca.uhn.fhir.validation.ResultSeverityEnum;
import ca.uhn.fhir.validation.SingleValidationMessage;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.hl7.fhir.common.hapi.validation.support.CommonCodeSystemsTerminologyService;
import org.hl7.fhir.common.hapi.validation.support.InMemoryTerminologyServerValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.ValidationSupportChain;
import org.hl7.fhir.common.hapi.validation.validator.FhirInstanceValidator;
import org.junit.jupiter.api.Test;
import org.oncohooks.cases.Case;
import org.oncohooks.cases.CaseFolder;
import org.oncohooks.cases.CaseRunner;
import org.oncohooks.json.StrictJson;
import org.oncohooks.knowledge.Knowledge;
import org.oncohooks.knowledge.KnowledgeLoader;

/**
 * What a suggestion asks an EHR to create is valid FHIR R4, as HAPI's validator sees it: every
 * order that the content defines, as the cases of the content bring it about.
 */
class OrdersAreValidFhirTest {

  private static final Path HOME = Path.of(System.getProperty("oncohooks.home"));

  @Test
  void everyOrderThatACaseBringsAbout() throws IOException {
    Knowledge knowledge = KnowledgeLoader.load(HOME).knowledge().orElseThrow();
    Map<String, JsonNode> orders = new TreeMap<>();
    CaseRunner runner = new CaseRunner(knowledge);
    CardRenderer renderer = new CardRenderer(() -> "u", new Links(Set.of()), false);
    for (Case tested : CaseFolder.readAll(HOME.resolve("cql/tests"))) {
      runner
          .decide(tested)
          .map(decision -> renderer.response(decision, CaseRunner.context(tested)))
          .ifPresent(response -> collect(response, orders));
    }
    assertThat(orders.keySet()).containsAll(defined());
    List<String> faults = new ArrayList<>();
    FhirValidator validator = validator();
    orders.forEach(
        (definition, order) ->
            validator.validateWithResult(order.toString()).getMessages().stream()
                .filter(OrdersAreValidFhirTest::isFault)
                .forEach(
                    m ->
                        faults.add(
                            definition + " " + m.getLocationString() + " " + m.getMessage())));
    assertThat(faults).isEmpty();
  }

  /** The resources that suggestions create, one for each definition. */
  private static void collect(JsonNode response, Map<String, JsonNode> orders) {
    for (JsonNode action : response.findValues("actions")) {
      for (JsonNode each : action) {
        JsonNode resource = each.path("resource");
        for (JsonNode canonical : resource.path("instantiatesCanonical")) {
          orders.putIfAbsent(canonical.asText().replaceAll("\\|.*", ""), resource);
        }
      }
    }
  }

  private static Set<String> defined() throws IOException {
    Set<String> urls = new TreeSet<>();
    Path folder = HOME.resolve("fhir-resources/activitydefinition");
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        urls.add(StrictJson.object(Files.readAllBytes(file)).path("url").asText());
      }
    }
    assertThat(urls).isNotEmpty();
    return urls;
  }

  private static FhirValidator validator() {
    FhirContext context = FhirContext.forR4Cached();
    FhirInstanceValidator instance =
        new FhirInstanceValidator(
            new ValidationSupportChain(
                new DefaultProfileValidationSupport(context),
                new CommonCodeSystemsTerminologyService(context),
                new InMemoryTerminologyServerValidationSupport(context)));
    // SNOMED CT and LOINC are not here; their codes are the content's to check
    instance.setAnyExtensionsAllowed(true);
    return context.newValidator().registerValidatorModule(instance);
  }

  private static boolean isFault(SingleValidationMessage message) {
    return message.getSeverity().ordinal() >= ResultSeverityEnum.ERROR.ordinal();
  }
}
