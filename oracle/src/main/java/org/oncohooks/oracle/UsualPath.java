package org.oncohooks.oracle;

import java.time.ZonedDateTime;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kotlin.Pair;
import org.hl7.elm.r1.VersionedIdentifier;
import org.opencds.cqf.cql.engine.data.CompositeDataProvider;
import org.opencds.cqf.cql.engine.execution.CqlEngine;
import org.opencds.cqf.cql.engine.execution.Environment;
import org.opencds.cqf.cql.engine.execution.EvaluationParams;
import org.opencds.cqf.cql.engine.execution.EvaluationResult;
import org.opencds.cqf.cql.engine.execution.EvaluationResults;

/**
 * The way most services evaluate CQL on FHIR: HAPI parses the JSON into objects, the engine runs on
 * those, expression caching on. The engine is kept between patients and its expression cache
 * cleared for each. Belongs to one thread.
 */
public final class UsualPath {

  private final Content content;
  private final R4Model model;
  private final Retrieves retrieves;
  private final CqlEngine engine;

  public UsualPath(Content content) {
    this(content, new R4Model(content.fhir()));
  }

  /** Takes a model that no other thread uses; making one is slow. */
  UsualPath(Content content, R4Model model) {
    this.content = content;
    this.model = model;
    this.retrieves = new Retrieves(model, content.valueSets());
    this.engine =
        new CqlEngine(
            new Environment(
                content.libraries(),
                Map.of("http://hl7.org/fhir", new CompositeDataProvider(model, retrieves)),
                content.valueSets()),
            EnumSet.of(CqlEngine.Options.EnableExpressionCaching));
  }

  /**
   * A call as a service would answer it: parse, then evaluate every define of some libraries.
   *
   * @param prefetch the {@code prefetch} object of a CDS Hooks request, UTF-8
   * @param libraries names of libraries of the content
   * @return values of the engine's own types by {@code Library.define}; a define that failed has
   *     its exception for a value
   */
  public Map<String, Object> answer(
      byte[] prefetch, Collection<String> libraries, ZonedDateTime at) {
    return evaluate(PatientResources.ofPrefetch(content.fhir(), prefetch), libraries, at);
  }

  /** As {@link #answer}, for resources that are parsed already. */
  public Map<String, Object> evaluate(
      PatientResources patient, Collection<String> libraries, ZonedDateTime at) {
    Map<String, List<String>> definesOf = new LinkedHashMap<>();
    libraries.forEach(library -> definesOf.put(library, content.defines().get(library)));
    return evaluate(patient, definesOf, at);
  }

  /**
   * As {@link #answer}, for resources that are parsed already and for some defines alone.
   *
   * @param definesOf names of defines by library of the content
   */
  public Map<String, Object> evaluate(
      PatientResources patient, Map<String, List<String>> definesOf, ZonedDateTime at) {
    engine.getCache().getExpressions().clear();
    retrieves.patient(patient);
    model.offset(at.getOffset());
    engine.getState().getParameters().putAll(content.tables().values(at.getOffset()));
    Map<String, Object> values = new LinkedHashMap<>();
    for (Map.Entry<String, List<String>> entry : definesOf.entrySet()) {
      String library = entry.getKey();
      List<String> defines = entry.getValue();
      if (defines.isEmpty()) {
        continue;
      }
      EvaluationResults results = evaluate(patient, library, defines, at);
      if (results.hasExceptions()) {
        // the engine gives up a library at its first failure; ask for each define by itself
        for (String define : defines) {
          results = evaluate(patient, library, List.of(define), at);
          if (results.hasExceptions()) {
            values.put(library + "." + define, results.getExceptions().values().iterator().next());
          } else {
            put(values, library, results.getOnlyResultOrThrow());
          }
        }
      } else {
        put(values, library, results.getOnlyResultOrThrow());
      }
    }
    return values;
  }

  /** The CQL System value of a FHIR primitive, null when it has none. */
  Object systemValue(Object primitive) {
    return model.resolvePath(primitive, "value");
  }

  private EvaluationResults evaluate(
      PatientResources patient, String library, List<String> defines, ZonedDateTime at) {
    EvaluationParams.LibraryParams.Builder expressions =
        new EvaluationParams.LibraryParams.Builder();
    expressions.expressions(defines);
    EvaluationParams.Builder params = new EvaluationParams.Builder();
    params.library(new VersionedIdentifier().withId(library), expressions.build());
    params.setContextParameter(new Pair<>("Patient", patient.patientId()));
    params.setEvaluationDateTime(at);
    return engine.evaluate(params.build());
  }

  private static void put(Map<String, Object> values, String library, EvaluationResult result) {
    result
        .getExpressionResults()
        .forEach((define, value) -> values.put(library + "." + define, value.getValue()));
  }
}
