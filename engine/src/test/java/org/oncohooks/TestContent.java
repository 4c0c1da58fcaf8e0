package org.oncohooks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.oncohooks.knowledge.Knowledge;
import org.oncohooks.knowledge.KnowledgeLoader;
import org.oncohooks.knowledge.Loaded;

/**
 * A small content folder: one service with recommendations that a test writes as CQL conditions. A
 * good one to begin with, so that a test can break one thing.
 */
public final class TestContent {

  private final Path root;

  private TestContent(Path root) {
    this.root = root;
  }

  /** A service {@code demo} whose recommendations are named in order of precedence. */
  public static TestContent in(Path root, String... recommendations) {
    TestContent content = new TestContent(root);
    StringBuilder actions = new StringBuilder();
    for (String name : recommendations) {
      content.recommendation(name, "exists [Condition: \"Lumps\"]");
      actions
          .append(actions.isEmpty() ? "" : ",")
          .append(
              "{'id':'%s','trigger':[{'type':'named-event','name':'patient-view'}],"
                  .formatted(name))
          .append("'definitionCanonical':'https://example.org/PlanDefinition/%s'}".formatted(name));
    }
    content.write(
        "fhir-resources/plandefinition/PlanDefinition-demo.json",
        """
        {'resourceType':'PlanDefinition','id':'demo','url':'https://example.org/PlanDefinition/demo',
         'extension':[{'url':'http://hl7.org/fhir/StructureDefinition/cqf-cdsHooksEndpoint','valueUri':'https://example.org/cds-services/demo'}],
         'title':'Demo','status':'active','description':'A service for tests.','action':[%s]}
        """
            .formatted(actions));
    content.write(
        "fhir-resources/valueset/ValueSet-lumps.json",
        """
        {'resourceType':'ValueSet','id':'lumps','url':'https://example.org/ValueSet/lumps','status':'active',
         'compose':{'include':[{'system':'http://snomed.info/sct','concept':[{'code':'89164003'}]}]},
         'expansion':{'timestamp':'2026-01-01','contains':[{'system':'http://snomed.info/sct','code':'89164003'}]}}
        """);
    for (String system : List.of("snomed.info/sct", "hl7.org/fhir/sid/icd-10-cm")) {
      String id = system.replaceAll("\\W", "-");
      content.write(
          "fhir-resources/namingsystem/NamingSystem-" + id + ".json",
          """
          {'resourceType':'NamingSystem','id':'%s','name':'S','status':'active','kind':'codesystem','date':'2026-01-01',
           'uniqueId':[{'type':'uri','value':'http://%s','preferred':true}]}
          """
              .formatted(id, system));
    }
    content.write(
        "fhir-resources/activitydefinition/ActivityDefinition-look.json",
        """
        {'resourceType':'ActivityDefinition','id':'look','url':'https://example.org/ActivityDefinition/look',
         'kind':'ServiceRequest','title':'Look','description':'Look at it.','status':'active',
         'code':{'coding':[{'system':'http://loinc.org','code':'24606-6'}]}}
        """);
    return content;
  }

  /** Writes a recommendation's library and PlanDefinition; its condition is the CQL given. */
  public TestContent recommendation(String name, String condition) {
    write("cql/" + library(name) + ".cql", cql(name, condition));
    write("fhir-resources/plandefinition/PlanDefinition-" + name + ".json", plan(name));
    write(
        "fhir-resources/library/Library-" + library(name) + ".json",
        """
        {'resourceType':'Library','id':'%1$s','url':'https://example.org/Library/%1$s','name':'%1$s','status':'active',
         'type':{'coding':[{'system':'http://terminology.hl7.org/CodeSystem/library-type','code':'logic-library'}]}}
        """
            .formatted(library(name)));
    return this;
  }

  public static String library(String name) {
    return Character.toUpperCase(name.charAt(0)) + name.substring(1);
  }

  public static String cql(String name, String condition) {
    return """
    library %s version '1.0.0'
    using FHIR version '4.0.1'
    include FHIRHelpers version '4.0.1'
    valueset "Lumps": 'https://example.org/ValueSet/lumps'
    parameter "Grace" Integer default 3
    context Patient
    define "Applies": %s
    define "Card Summary": '%s applies'
    define "Reason": 'There is a lump.'
    define "Evidence": [Condition: "Lumps"] C return all Tuple { fact: C.code.text.value, date: null as DateTime, resource: 'Condition/' + C.id.value }
    define "Not Recorded": { 'Size of the lump' }
    define "Data Incomplete": if Patient.birthDate is null then { 'The date of birth is not recorded.' } else List<String>{}
    """
        .formatted(library(name), condition, name);
  }

  public static String plan(String name) {
    return """
    {'resourceType':'PlanDefinition','id':'%1$s','url':'https://example.org/PlanDefinition/%1$s','version':'1.0.0',
     'title':'Recommendation %1$s','status':'active',
     'library':['https://example.org/Library/%2$s'],
     'action':[{
       'code':[{'coding':[{'system':'https://example.org/topics','code':'%1$s','display':'%1$s'}]}],
       'title':'%1$s','priority':'urgent',
       'documentation':[{'type':'documentation','label':'A guideline, 2026','url':'https://example.org/guideline'}],
       'condition':[{'kind':'applicability','expression':{'language':'text/cql-identifier','expression':'Applies'}}],
       'dynamicValue':[{'path':'title','expression':{'language':'text/cql-identifier','expression':'Card Summary'}}],
       'action':[
         {'id':'look','title':'Order a look','definitionCanonical':'https://example.org/ActivityDefinition/look'},
         {'reason':[{'coding':[{'system':'https://example.org/reasons','code':'no','display':'No'}]}]}]}]}
    """
        .formatted(name, library(name));
  }

  /** Writes a file; single quotes in JSON files stand for double quotes. */
  public TestContent write(String file, String text) {
    try {
      Path path = root.resolve(file);
      Files.createDirectories(path.getParent());
      Files.writeString(path, file.endsWith(".json") ? text.replace('\'', '"') : text);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Replaces a text in a file that has to hold it. */
  public TestContent replace(String file, String from, String to) {
    try {
      Path path = root.resolve(file);
      String text = Files.readString(path);
      String quoted = file.endsWith(".json") ? from.replace('\'', '"') : from;
      if (!text.contains(quoted)) {
        throw new IllegalArgumentException(file + " does not hold " + quoted);
      }
      Files.writeString(
          path, text.replace(quoted, file.endsWith(".json") ? to.replace('\'', '"') : to));
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public Loaded load() {
    return KnowledgeLoader.load(root);
  }

  public Knowledge knowledge() {
    Loaded loaded = load();
    return loaded
        .knowledge()
        .orElseThrow(() -> new AssertionError(String.valueOf(loaded.findings())));
  }
}
