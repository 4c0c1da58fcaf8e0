package org.oncohooks.cql;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.cqframework.cql.cql2elm.LibraryManager;
import org.cqframework.cql.elm.serializing.ElmJsonLibraryWriter;
import org.hl7.elm.r1.CodeDef;
import org.hl7.elm.r1.ExpressionDef;
import org.hl7.elm.r1.FunctionDef;
import org.hl7.elm.r1.Library;
import org.hl7.elm.r1.ParameterDef;
import org.oncohooks.Deadline;
import org.oncohooks.patient.HookContext;
import org.oncohooks.patient.PatientRecord;
import org.opencds.cqf.cql.engine.runtime.Value;

/**
 * The compiled CQL of one content version. Immutable; all threads share it. Engines, which are not
 * thread-safe, are lent to one evaluation at a time and forget the patient when they come back.
 */
public final class CqlProgram {

  /**
   * The define by which a library says which settings can't be used: a list of sentences, each of
   * which names a setting and what it may be. Reads no patient data.
   */
  public static final String INVALID_SETTINGS = "Invalid Settings";

  /** Its parameters hold the context of the hook and are no settings. */
  private static final String CONTEXT_LIBRARY = "HookContext";

  /** More idle engines than this are not kept. */
  private static final int MAX_IDLE = 64;

  private final LibraryManager manager;
  private final FhirTypes types;
  private final ValueSets valueSets;
  private final Map<String, Library> libraries;
  private final Map<String, Map<String, String>> resultTypes;
  private final Map<String, ParameterDef> parameters = new TreeMap<>();
  private final Map<String, ParameterDef> contextParameters = new TreeMap<>();
  private final Map<String, CqlTable> tables;

  /** The tables for the offset that was asked for last, which is nearly always the site's. */
  private volatile TableValues tableValues = new TableValues(null, Map.of());

  /** The settings that were found usable last: a site's own are asked for with every call. */
  private volatile Map<String, JsonNode> usableSettings = Map.of();

  private record TableValues(ZoneOffset offset, Map<String, Value> values) {}

  private final LinkedProgram linked;
  private final Deque<CqlWorker> idle;

  /** Linked when the first recorder comes; as {@link #linked} in a program that is recorded. */
  private volatile LinkedProgram recorded;

  private final Optional<CqlRecorder> recorder;

  /** Itself, or the program that this one records. */
  private final CqlProgram plain;

  CqlProgram(
      LibraryManager manager,
      FhirTypes types,
      ValueSets valueSets,
      Map<String, Library> libraries,
      Map<String, Map<String, String>> resultTypes) {
    this(manager, types, valueSets, libraries, resultTypes, Map.of());
  }

  private CqlProgram(
      LibraryManager manager,
      FhirTypes types,
      ValueSets valueSets,
      Map<String, Library> libraries,
      Map<String, Map<String, String>> resultTypes,
      Map<String, CqlTable> tables) {
    this.tables = Map.copyOf(tables);
    this.manager = manager;
    this.resultTypes = resultTypes;
    this.types = types;
    this.valueSets = valueSets;
    this.libraries = libraries;
    this.linked = new LinkedProgram(libraries, new ValueSetTerminology(valueSets), false);
    this.idle = new ArrayDeque<>();
    this.recorder = Optional.empty();
    this.plain = this;
    for (Library library : libraries.values()) {
      if (library.getParameters() != null) {
        Map<String, ParameterDef> kind =
            library.getIdentifier().getId().equals(CONTEXT_LIBRARY)
                ? contextParameters
                : parameters;
        library.getParameters().getDef().forEach(def -> kind.put(def.getName(), def));
      }
    }
    parameters.keySet().removeAll(tables.keySet());
  }

  private CqlProgram(CqlProgram plain, CqlRecorder recorder) {
    this.tables = plain.tables;
    this.manager = plain.manager;
    this.resultTypes = plain.resultTypes;
    this.types = plain.types;
    this.valueSets = plain.valueSets;
    this.libraries = plain.libraries;
    this.parameters.putAll(plain.parameters);
    this.contextParameters.putAll(plain.contextParameters);
    this.linked = plain.recordedSteps();
    this.recorded = linked;
    this.idle = plain.idle;
    this.recorder = Optional.of(recorder);
    this.plain = plain;
  }

  /**
   * The same program, whose evaluations tell a recorder what each expression gives: the same
   * values, some times slower. This one is not slowed.
   *
   * @param to as thread-safe as what is done with the program that is returned
   */
  public CqlProgram recording(CqlRecorder to) {
    return new CqlProgram(plain, to);
  }

  private LinkedProgram recordedSteps() {
    LinkedProgram known = recorded;
    if (known == null) {
      known = new LinkedProgram(libraries, new ValueSetTerminology(valueSets), true);
      recorded = known;
    }
    return known;
  }

  /**
   * The same program with tables of the content for some of its parameters, which no request can
   * set then.
   *
   * @param byParameter as the parameters' declarations say
   */
  public CqlProgram withTables(Map<String, CqlTable> byParameter) {
    return new CqlProgram(manager, types, valueSets, libraries, resultTypes, byParameter);
  }

  /** Another program of the same content with the tables of this one. */
  CqlProgram tablesFor(CqlProgram other) {
    return other.withTables(tables);
  }

  /** Every parameter of every library but those of the hook's context, where it is declared. */
  public List<CqlParameter> declarations() {
    List<CqlParameter> declarations = new ArrayList<>();
    new TreeMap<>(libraries)
        .forEach(
            (name, library) -> {
              if (library.getParameters() != null && !name.equals(CONTEXT_LIBRARY)) {
                library
                    .getParameters()
                    .getDef()
                    .forEach(def -> declarations.add(CqlParameter.of(name, def)));
              }
            });
    return declarations;
  }

  /**
   * A code that the CQL declares by itself.
   *
   * @param system URI of its code system
   */
  public record DeclaredCode(String system, String code, String display) {}

  /** The codes that the content's CQL declares with a display. */
  public List<DeclaredCode> declaredCodes() {
    List<DeclaredCode> codes = new ArrayList<>();
    for (Library library : libraries.values()) {
      if (library.getCodes() == null) {
        continue;
      }
      Map<String, String> systems = new HashMap<>();
      library.getCodeSystems().getDef().forEach(def -> systems.put(def.getName(), def.getId()));
      for (CodeDef def : library.getCodes().getDef()) {
        if (def.getDisplay() != null) {
          codes.add(
              new DeclaredCode(
                  systems.get(def.getCodeSystem().getName()), def.getId(), def.getDisplay()));
        }
      }
    }
    return codes;
  }

  /** The value sets that the content declares. */
  public ValueSets valueSets() {
    return valueSets;
  }

  public boolean hasLibrary(String library) {
    return libraries.containsKey(library);
  }

  /** Names of the content's libraries and of those that they include. */
  public Collection<String> libraries() {
    return libraries.keySet();
  }

  /** The version of a library, as its header says. */
  public String version(String library) {
    return libraries.get(library).getIdentifier().getVersion();
  }

  /** Names of the site parameters that the CQL declares, tables left out, in alphabetical order. */
  public Set<String> parameters() {
    return parameters.keySet();
  }

  /** The defines of a library in alphabetical order, functions and the context left out. */
  public List<String> defines(String library) {
    return libraries.get(library).getStatements().getDef().stream()
        .filter(def -> !(def instanceof FunctionDef) && !"Patient".equals(def.getName()))
        .map(ExpressionDef::getName)
        .sorted()
        .toList();
  }

  /**
   * The static type of a define, such as {@code System.Boolean}; empty if the library has no such
   * define.
   */
  public Optional<String> resultType(String library, String define) {
    return Optional.ofNullable(resultTypes.get(library).get(define));
  }

  /**
   * The compiled form of a library as ELM JSON (HL7 Expression Logical Model), with the places of
   * its expressions in the source.
   */
  public String elm(String library) {
    return new ElmJsonLibraryWriter().writeAsString(libraries.get(library));
  }

  /** What data some defines of a library read, through everything they refer to. */
  public Set<DataNeed> needs(String library, Iterable<String> defines) {
    return new DataNeeds(libraries).of(library, defines);
  }

  /**
   * Turns to one patient. Close the evaluation when done.
   *
   * @param context where the hook fired; fills the parameters of the library HookContext
   * @param evaluatedAt what CQL's Now() is; its offset is taken for dates that give none
   * @param settings values of parameters by name; JSON strings, numbers and Booleans
   * @param deadline by which the evaluation has to be over
   * @throws org.oncohooks.ProblemException {@code INCORRECT} if a setting is unknown, of a wrong
   *     type or one that the CQL can't use, or if a member of the context is not what its parameter
   *     takes
   */
  public CqlEvaluation begin(
      PatientRecord patient,
      HookContext context,
      ZonedDateTime evaluatedAt,
      Map<String, JsonNode> settings,
      Deadline deadline) {
    Map<String, Value> values = CqlParameters.convert(parameters, settings);
    values.putAll(tableValues(evaluatedAt.getOffset()));
    if (!settings.isEmpty() && !settings.equals(plain.usableSettings)) {
      CqlParameters.requireUsable(
          settings.keySet(), plain.invalidSettings(values, evaluatedAt, deadline));
      plain.usableSettings = Map.copyOf(settings);
    }
    return new CqlEvaluation(this, patient, context, evaluatedAt, values, deadline);
  }

  /**
   * @throws org.oncohooks.ProblemException as {@link #begin} for settings that it would not take
   */
  public void requireUsable(Map<String, JsonNode> settings, Deadline deadline) {
    begin(
            PatientRecord.builder("nobody").build(),
            Instant.EPOCH.atZone(ZoneOffset.UTC),
            settings,
            deadline)
        .close();
  }

  /** The CQL type of a setting, such as {@code Integer}; empty if there is no such setting. */
  public Optional<String> settingType(String name) {
    return Optional.ofNullable(parameters.get(name)).map(CqlParameters::typeName);
  }

  /** Those of some settings whose values are not the defaults that the CQL declares. */
  public Map<String, JsonNode> changed(Map<String, JsonNode> settings) {
    Map<String, JsonNode> changed = new TreeMap<>();
    settings.forEach(
        (name, value) -> {
          if (!CqlParameters.isDefault(parameters.get(name), value)) {
            changed.put(name, value);
          }
        });
    return changed;
  }

  /** As above, for patient-view with no more context than the patient. */
  public CqlEvaluation begin(
      PatientRecord patient,
      ZonedDateTime evaluatedAt,
      Map<String, JsonNode> settings,
      Deadline deadline) {
    return begin(
        patient,
        HookContext.of("patient-view", patient.patientId()),
        evaluatedAt,
        settings,
        deadline);
  }

  /** The parameters that the hook's context fills, by name. */
  Map<String, ParameterDef> contextParameters() {
    return contextParameters;
  }

  /**
   * What the libraries say about their defaults, by library; empty if all can be used.
   *
   * @throws org.oncohooks.ProblemException if that can't be computed
   */
  public Map<String, List<String>> invalidDefaults(Deadline deadline) {
    ZonedDateTime anyTime = Instant.EPOCH.atZone(ZoneOffset.UTC);
    return invalidSettings(tableValues(ZoneOffset.UTC), anyTime, deadline);
  }

  private Map<String, List<String>> invalidSettings(
      Map<String, Value> values, ZonedDateTime evaluatedAt, Deadline deadline) {
    Map<String, List<String>> invalid = new TreeMap<>();
    PatientRecord nobody = PatientRecord.builder("nobody").build();
    try (CqlEvaluation evaluation =
        new CqlEvaluation(
            this,
            nobody,
            HookContext.of("patient-view", nobody.patientId()),
            evaluatedAt,
            values,
            deadline)) {
      for (String library : libraries.keySet()) {
        if (resultTypes.get(library).containsKey(INVALID_SETTINGS)) {
          JsonNode sentences = evaluation.evaluate(library, INVALID_SETTINGS);
          if (!sentences.isArray() || !sentences.isEmpty()) {
            invalid.put(library, sentences(sentences));
          }
        }
      }
    }
    return invalid;
  }

  private static List<String> sentences(JsonNode list) {
    List<String> sentences = new ArrayList<>();
    for (JsonNode sentence : list) {
      sentences.add(sentence.asText("null"));
    }
    return sentences.isEmpty() || sentences.contains("null")
        ? List.of("A setting can't be used; which one can't be told.")
        : sentences;
  }

  Map<String, Value> tableValues(ZoneOffset offset) {
    TableValues known = tableValues;
    if (!offset.equals(known.offset)) {
      Map<String, Value> values = new HashMap<>();
      tables.forEach((name, table) -> values.put(name, table.value(offset)));
      known = new TableValues(offset, values);
      tableValues = known;
    }
    return known.values;
  }

  /** Where a define begins in its library's source; empty if the library has no such define. */
  public Optional<CqlPlaces.Start> start(String library, String define) {
    return libraries.get(library).getStatements().getDef().stream()
        .filter(def -> define.equals(def.getName()) && !(def instanceof FunctionDef))
        .findFirst()
        .map(def -> CqlPlaces.start(def.getLocator()));
  }

  /** The texts that stand in the CQL and that a define may give as they stand. */
  public List<ConstantText> constants(String library, String define) {
    return new ConstantText.Reader(libraries).of(library, define);
  }

  /** What of a library can be evaluated. */
  public CqlPlaces places(String library) {
    return CqlPlaces.of(
        libraries.get(library), libraries.values(), new ValueSetTerminology(valueSets));
  }

  /** Whether FHIR 4.0.1 has a type of resource of that name. */
  public boolean isResourceType(String name) {
    return FhirMembers.isResource(types, name);
  }

  /**
   * The members of a resource that FHIR 4.0.1 does not define, which no CQL can see.
   *
   * @param resource of a {@linkplain #isResourceType type of resource}
   * @return empty if all are defined
   */
  public List<UnknownMember> unknownMembers(ObjectNode resource) {
    return FhirMembers.unknown(types, resource);
  }

  /**
   * The members that JSON of a FHIR 4.0.1 type may have, inherited ones and those of primitives'
   * extensions ({@code _birthDate}) included.
   *
   * @param type of a resource, an element or a primitive, such as {@code Observation.Component}
   * @return the FHIR type by member; empty for the id of an element, which is plain text. No
   *     members if FHIR has no such type
   */
  public Map<String, String> members(String type) {
    return types.find(type).map(found -> FhirMembers.all(types, found)).orElse(Map.of());
  }

  /** Whether one FHIR type is another or derives from it; both have to be there. */
  public boolean isA(String type, String ancestor) {
    return types.isA(type, ancestor);
  }

  /** Whether values of a FHIR type are text, as those of code and uri are. */
  public boolean isText(String type) {
    return types
        .find(type)
        .flatMap(FhirType::primitive)
        .filter(SystemType.STRING::equals)
        .isPresent();
  }

  /** Who is told what each expression gives. */
  Optional<CqlRecorder> recorder() {
    return recorder;
  }

  LinkedProgram linked() {
    return linked;
  }

  FhirTypes types() {
    return types;
  }

  CqlWorker borrow() {
    synchronized (idle) {
      if (!idle.isEmpty()) {
        return idle.pop();
      }
    }
    return new CqlWorker(manager, types, valueSets);
  }

  void giveBack(CqlWorker worker) {
    synchronized (idle) {
      if (idle.size() < MAX_IDLE) {
        idle.push(worker);
      }
    }
  }
}
