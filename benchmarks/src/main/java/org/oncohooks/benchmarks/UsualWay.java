package org.oncohooks.benchmarks;

import ca.uhn.fhir.context.FhirContext;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.oncohooks.oracle.Content;
import org.oncohooks.oracle.PatientResources;
import org.oncohooks.oracle.UsualPath;

/**
 * The usual way: HAPI parses each prefetch value into objects, the older CQL engine evaluates on
 * them, with expression caching and one engine for all calls. Asked for the same defines as the
 * server asks for. It reads no HTTP and renders no card.
 */
final class UsualWay {

  /** Kind of work: parse and evaluate. */
  static final String ANSWER = "answer";

  /** Kind of work: parse alone. */
  static final String PARSE = "parse";

  private static final String APPLIES = "applies";

  private final UsualPath path;
  private final FhirContext fhir = FhirContext.forR4Cached();
  private final ZonedDateTime at = ZonedDateTime.parse(HookCall.EVALUATED_AT);

  private UsualWay(UsualPath path) {
    this.path = path;
  }

  /**
   * Prints the costs, and for each service how many recommendations apply.
   *
   * @param arguments as {@link PeerTask} gives them
   */
  public static void main(String... arguments) throws IOException {
    PeerTask task = PeerTask.parse(arguments);
    UsualWay way = new UsualWay(new UsualPath(Content.read(task.home())));
    ObjectMapper mapper = JsonMapper.builder().build();
    Map<String, Runnable> work = new LinkedHashMap<>();
    for (Map.Entry<String, byte[]> body : task.bodies().entrySet()) {
      String service = body.getKey();
      byte[] prefetch = mapper.writeValueAsBytes(mapper.readTree(body.getValue()).path("prefetch"));
      List<RecommendationDefines> recommendations = RecommendationDefines.of(task.home(), service);
      List<RecommendationDefines> applying = way.applying(prefetch, recommendations);
      System.out.println(String.join("\t", APPLIES, service, "" + applying.size()));
      Map<String, List<String>> defines = defines(recommendations, applying);
      work.put(PeerTask.name(ANSWER, service), () -> way.answer(prefetch, defines));
      work.put(PeerTask.name(PARSE, service), () -> way.parse(prefetch));
    }
    task.timing().measure(work).forEach(cost -> System.out.println(cost.line()));
  }

  /** The number of recommendations that apply, from the line that tells it; -1 for other lines. */
  static int applies(String line, String service) {
    String[] parts = line.split("\t", -1);
    return parts.length == 3 && parts[0].equals(APPLIES) && parts[1].equals(service)
        ? Integer.parseInt(parts[2])
        : -1;
  }

  private List<RecommendationDefines> applying(
      byte[] prefetch, List<RecommendationDefines> recommendations) {
    Map<String, Object> values = answer(prefetch, defines(recommendations, recommendations));
    return recommendations.stream()
        .filter(r -> Boolean.TRUE.equals(values.get(r.library() + "." + r.condition())))
        .toList();
  }

  private Map<String, Object> answer(byte[] prefetch, Map<String, List<String>> defines) {
    Map<String, Object> values = path.evaluate(parse(prefetch), defines, at);
    values.forEach(
        (define, value) -> {
          if (value instanceof Throwable failure) {
            throw new IllegalStateException(define + " failed in the usual way", failure);
          }
        });
    return values;
  }

  private PatientResources parse(byte[] prefetch) {
    return PatientResources.ofPrefetch(fhir, prefetch);
  }

  private static Map<String, List<String>> defines(
      List<RecommendationDefines> recommendations, List<RecommendationDefines> applying) {
    Map<String, List<String>> defines = new LinkedHashMap<>();
    for (RecommendationDefines recommendation : recommendations) {
      List<String> names = new ArrayList<>(recommendation.always());
      if (applying.contains(recommendation)) {
        names.addAll(recommendation.whenApplicable());
      }
      defines.put(recommendation.library(), names);
    }
    return defines;
  }
}
