package org.oncohooks.profiles;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.DefaultProfileValidationSupport;
import ca.uhn.fhir.parser.DataFormatException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.hl7.fhir.common.hapi.validation.support.CommonCodeSystemsTerminologyService;
import org.hl7.fhir.common.hapi.validation.support.InMemoryTerminologyServerValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.PrePopulatedValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.SnapshotGeneratingValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.ValidationSupportChain;
import org.hl7.fhir.common.hapi.validation.validator.FhirInstanceValidator;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.utilities.npm.NpmPackage;
import org.oncohooks.Problem;
import org.oncohooks.ProblemCategory;
import org.oncohooks.fhirapi.ProfileChecks;
import org.oncohooks.records.ResourceCheck;

/**
 * HAPI's validator with the profiles of FHIR R4 and those of packages. Nothing is fetched from
 * anywhere: code systems that are not in a package or FHIR itself, such as SNOMED CT, are not
 * looked into.
 */
public final class HapiProfileChecks implements ProfileChecks {

  private static final Set<String> DEFINITIONS =
      Set.of("StructureDefinition", "ValueSet", "CodeSystem");

  @Override
  public ResourceCheck of(List<Path> packages) {
    FhirContext context = FhirContext.forR4();
    PrePopulatedValidationSupport given = new PrePopulatedValidationSupport(context);
    packages.forEach(file -> read(file, context, given));
    FhirInstanceValidator validator =
        new FhirInstanceValidator(
            new ValidationSupportChain(
                new DefaultProfileValidationSupport(context),
                given,
                new SnapshotGeneratingValidationSupport(context),
                new CommonCodeSystemsTerminologyService(context),
                new InMemoryTerminologyServerValidationSupport(context)));
    validator.setAnyExtensionsAllowed(true);
    validator.setErrorForUnknownProfiles(true);
    validator.setNoBindingMsgSuppressed(true);
    return new HapiProfileCheck(context.newValidator().registerValidatorModule(validator));
  }

  private static void read(Path file, FhirContext context, PrePopulatedValidationSupport given) {
    try (InputStream in = Files.newInputStream(file)) {
      NpmPackage content = NpmPackage.fromPackage(in);
      for (String name : content.listResources(DEFINITIONS)) {
        given.addResource(resource(context, content, name));
      }
    } catch (IOException | DataFormatException e) {
      throw Problem.of(
              ProblemCategory.INCORRECT,
              "package-unreadable",
              "--validate-profiles: " + file + " is not a FHIR R4 package (.tgz).")
          .asException(e);
    }
  }

  private static IBaseResource resource(FhirContext context, NpmPackage content, String name)
      throws IOException {
    try (InputStream json = content.loadResource(name)) {
      return context
          .newJsonParser()
          .parseResource(new String(json.readAllBytes(), StandardCharsets.UTF_8));
    }
  }
}
