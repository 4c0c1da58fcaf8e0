package org.oncohooks.knowledge;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.oncohooks.CanonicalUrl;

/**
 * One recommendation: a PlanDefinition with exactly one root action, and the one CQL library it
 * rests on.
 *
 * @param id resource id of the PlanDefinition
 * @param canonical its URL and version
 * @param title for people
 * @param topic names the card for programs ({@code scr-due})
 * @param library name of the CQL library
 * @param condition define that says whether the recommendation applies; Boolean
 * @param summary static summary, used where the define gives none; at most 139 code points
 * @param summaryDefine define that gives the summary
 * @param background static GitHub Markdown, trusted as content
 * @param textDefine define that gives the recommendation's text; plain text
 * @param indicator static indicator, used where the define gives none
 * @param indicatorDefine define that gives the request priority
 * @param assessmentDefine define that lists what each tool says
 * @param source what the card names as its source; label and link
 * @param sourceLabelDefine define that gives the source's label, where it depends on the settings
 * @param sourceUrlDefine define that gives the source's https address
 * @param citations further sources
 * @param atMostOne whether at most one suggestion may be accepted
 * @param suggestions what it proposes, in order
 * @param overrideReasons reasons offered to a clinician who declines
 * @param requiredTypes FHIR types without which it can't be evaluated
 * @param optionalTypes FHIR types it can do without; what is then not seen, by type
 * @param repeatInterval how long after a clinician's answer the card is not repeated for the same
 *     evidence; zero = it always is
 */
public record Recommendation(
    String id,
    CanonicalUrl canonical,
    String title,
    CodedTerm topic,
    String library,
    String condition,
    String summary,
    Optional<String> summaryDefine,
    Optional<String> background,
    Optional<String> textDefine,
    Indicator indicator,
    Optional<String> indicatorDefine,
    Optional<String> assessmentDefine,
    Link source,
    Optional<String> sourceLabelDefine,
    Optional<String> sourceUrlDefine,
    List<Link> citations,
    boolean atMostOne,
    List<Suggestion> suggestions,
    List<CodedTerm> overrideReasons,
    Set<String> requiredTypes,
    Map<String, String> optionalTypes,
    Duration repeatInterval) {

  /** All defines that an evaluation may ask for. */
  public List<String> defines() {
    List<String> cardDefines =
        Stream.of(
                summaryDefine,
                textDefine,
                indicatorDefine,
                assessmentDefine,
                sourceLabelDefine,
                sourceUrlDefine)
            .flatMap(Optional::stream)
            .toList();
    return PlanReader.defines(condition, cardDefines, suggestions);
  }
}
