package org.oncohooks.fhirapi;

import ca.uhn.fhir.rest.annotation.Metadata;
import ca.uhn.fhir.rest.server.RestfulServer;
import java.util.Date;
import java.util.List;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.CapabilityStatement;
import org.hl7.fhir.r4.model.CapabilityStatement.CapabilityStatementKind;
import org.hl7.fhir.r4.model.CapabilityStatement.CapabilityStatementRestComponent;
import org.hl7.fhir.r4.model.CapabilityStatement.CapabilityStatementRestResourceComponent;
import org.hl7.fhir.r4.model.CapabilityStatement.ConditionalDeleteStatus;
import org.hl7.fhir.r4.model.CapabilityStatement.ResourceVersionPolicy;
import org.hl7.fhir.r4.model.CapabilityStatement.RestfulCapabilityMode;
import org.hl7.fhir.r4.model.CapabilityStatement.SystemRestfulInteraction;
import org.hl7.fhir.r4.model.CapabilityStatement.TypeRestfulInteraction;
import org.hl7.fhir.r4.model.Enumerations.FHIRVersion;
import org.hl7.fhir.r4.model.Enumerations.PublicationStatus;
import org.hl7.fhir.r4.model.Enumerations.SearchParamType;
import org.oncohooks.operations.Operation;
import org.oncohooks.records.SearchParameter;
import org.oncohooks.records.SearchParameter.Kind;
import org.oncohooks.records.SearchableType;
import org.oncohooks.records.StoredTypes;

/** Tells what this server does, from the tables that say what it does. */
public final class Capabilities {

  private final String softwareVersion;
  private final Date since;
  private final List<Operation> operations;

  /**
   * @param since when this server began to do what it says
   * @param operations on knowledge
   */
  Capabilities(String softwareVersion, Date since, List<Operation> operations) {
    this.softwareVersion = softwareVersion;
    this.since = since;
    this.operations = List.copyOf(operations);
  }

  /** HAPI calls this when it starts; the tables say all there is to say. */
  public void setRestfulServer(RestfulServer server) {}

  /** HAPI calls this for {@code GET metadata}. */
  @Metadata
  public CapabilityStatement statement() {
    CapabilityStatement statement = new CapabilityStatement();
    statement.setName("OncoHooks").setTitle("OncoHooks FHIR server");
    statement.setStatus(PublicationStatus.ACTIVE).setDate(since);
    statement.setKind(CapabilityStatementKind.INSTANCE).setFhirVersion(FHIRVersion._4_0_1);
    statement.addFormat("application/fhir+json").addFormat("json");
    statement.getSoftware().setName("OncoHooks").setVersion(softwareVersion);
    statement
        .getImplementation()
        .setDescription("Patients and knowledge behind the OncoHooks decision support services");
    CapabilityStatementRestComponent rest = statement.addRest();
    rest.setMode(RestfulCapabilityMode.SERVER);
    StoredTypes.all().forEach(type -> describe(rest.addResource(), type, true));
    KnowledgeTypes.all().forEach(type -> describe(rest.addResource(), type, false));
    describe(rest.addResource(), AuditShelf.TYPE, false);
    for (Operation operation : operations) {
      var described =
          operation.type().isEmpty()
              ? rest.addOperation()
              : rest.getResource().stream()
                  .filter(resource -> resource.getType().equals(operation.type()))
                  .findFirst()
                  .orElseThrow()
                  .addOperation();
      described
          .setName(operation.name())
          .setDefinition(operation.definition())
          .setDocumentation(operation.documentation());
    }
    rest.addInteraction().setCode(SystemRestfulInteraction.TRANSACTION);
    rest.addInteraction().setCode(SystemRestfulInteraction.BATCH);
    return statement;
  }

  private static void describe(
      CapabilityStatementRestResourceComponent resource, SearchableType type, boolean writable) {
    resource.setType(type.type());
    interactions(writable).forEach(interaction -> resource.addInteraction().setCode(interaction));
    resource.setVersioning(
        writable ? ResourceVersionPolicy.VERSIONEDUPDATE : ResourceVersionPolicy.NOVERSION);
    resource.setReadHistory(writable).setUpdateCreate(writable);
    resource.setConditionalCreate(writable).setConditionalUpdate(false);
    resource.setConditionalDelete(ConditionalDeleteStatus.NOTSUPPORTED);
    Stream.of("patient", "subject")
        .filter(name -> type.parameter(name).filter(p -> p.kind() == Kind.REFERENCE).isPresent())
        .forEach(name -> resource.addSearchInclude(type.type() + ":" + name));
    if (writable && type.type().equals("Patient")) {
      resource
          .addOperation()
          .setName("everything")
          .setDefinition("http://hl7.org/fhir/OperationDefinition/Patient-everything")
          .setDocumentation("GET, with _type, _count and the links between pages");
    }
    for (SearchParameter parameter : type.parameters()) {
      var described = resource.addSearchParam().setName(parameter.name()).setType(type(parameter));
      parameter
          .definition()
          .ifPresentOrElse(
              described::setDefinition,
              () ->
                  described.setDocumentation(
                      "Defined by this server; looks at " + String.join(", ", parameter.paths())));
    }
  }

  private static List<TypeRestfulInteraction> interactions(boolean writable) {
    return writable
        ? List.of(
            TypeRestfulInteraction.READ,
            TypeRestfulInteraction.VREAD,
            TypeRestfulInteraction.HISTORYINSTANCE,
            TypeRestfulInteraction.CREATE,
            TypeRestfulInteraction.UPDATE,
            TypeRestfulInteraction.DELETE,
            TypeRestfulInteraction.SEARCHTYPE)
        : List.of(TypeRestfulInteraction.READ, TypeRestfulInteraction.SEARCHTYPE);
  }

  private static SearchParamType type(SearchParameter parameter) {
    return switch (parameter.kind()) {
      case ID, TOKEN -> SearchParamType.TOKEN;
      case REFERENCE, RESOURCE -> SearchParamType.REFERENCE;
      case DATE -> SearchParamType.DATE;
      case STRING -> SearchParamType.STRING;
      case URI -> SearchParamType.URI;
    };
  }
}
