package org.oncohooks.hooks;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.oncohooks.decision.Advice;
import org.oncohooks.decision.CodeCount;
import org.oncohooks.decision.Decision;
import org.oncohooks.decision.Evidence;
import org.oncohooks.decision.Outcome;
import org.oncohooks.decision.Proposal;
import org.oncohooks.knowledge.Link;
import org.oncohooks.knowledge.Recommendation;

/**
 * The body of a card in GitHub Flavored Markdown: what to do, why, on which facts, what was not
 * recorded, on whose authority, by which version.
 */
final class CardDetail {

  private static final int MOST_FACTS = 25;

  private static final int MOST_UNREAD = 5;

  private final StringBuilder text = new StringBuilder(1024);

  private CardDetail() {}

  /**
   * @param unasked what the EHR is to do without asking
   */
  static String of(
      Outcome.Applies applies,
      List<Proposal> unasked,
      Decision decision,
      Optional<String> fullSummary,
      Links links) {
    Recommendation recommendation = applies.recommendation();
    Advice advice = applies.advice();
    CardDetail detail = new CardDetail();
    fullSummary.ifPresent(summary -> detail.paragraph(MarkdownText.escape(summary)));
    detail.paragraph(MarkdownText.escape(advice.text()));
    detail.list(
        "Done without asking, as agreed with your site",
        unasked,
        proposal -> MarkdownText.escape(proposal.label()));
    detail.named("Why", advice.reason());
    detail.list("From the record", advice.evidence(), CardDetail::fact);
    detail.list("What each tool says", advice.assessment(), MarkdownText::escape);
    detail.list("Not recorded", advice.notRecorded(), MarkdownText::escape);
    detail.list("Not looked at", applies.unseen(), MarkdownText::escape);
    detail.paragraph(unreadable(decision));
    detail.list(
        "Diagnoses that no rule has read",
        decision.codes().unread(),
        MOST_UNREAD,
        CardDetail::unread);
    detail.list("Also met", decision.superseded(), CardDetail::alsoMet);
    recommendation.background().ifPresent(detail::paragraph);
    detail.paragraph("**Source:** " + sources(recommendation, advice.source(), links));
    detail.paragraph(versions(recommendation, decision));
    return detail.text.toString();
  }

  static String ofNotEvaluated(List<Outcome.NotEvaluated> outcomes) {
    CardDetail detail = new CardDetail();
    detail.paragraph(
        "This is not an all-clear: whether the following applies to this patient is not known.");
    detail.items(
        outcomes,
        MOST_FACTS,
        outcome ->
            "**"
                + MarkdownText.escape(outcome.recommendation().title())
                + "**: "
                + MarkdownText.escape(outcome.problem().text()));
    return detail.text.toString();
  }

  static String ofDataIncomplete(List<String> sentences) {
    CardDetail detail = new CardDetail();
    detail.items(sentences, MOST_FACTS, MarkdownText::escape);
    return detail.text.toString();
  }

  private void paragraph(String markdown) {
    if (!markdown.isBlank()) {
      text.append(text.length() == 0 ? "" : "\n\n").append(markdown.strip());
    }
  }

  private void named(String name, String value) {
    if (!value.isBlank()) {
      paragraph("**" + name + ":** " + MarkdownText.escape(value));
    }
  }

  private <T> void list(String name, List<T> values, Function<T, String> markdown) {
    list(name, values, MOST_FACTS, markdown);
  }

  private <T> void list(String name, List<T> values, int most, Function<T, String> markdown) {
    if (!values.isEmpty()) {
      paragraph("**" + name + ":**");
      items(values, most, markdown);
    }
  }

  private <T> void items(List<T> values, int most, Function<T, String> markdown) {
    String items =
        values.stream()
            .limit(most)
            .map(value -> "- " + markdown.apply(value))
            .collect(Collectors.joining("\n"));
    paragraph(items);
    if (values.size() > most) {
      text.append("\n- and ").append(values.size() - most).append(" more");
    }
  }

  private static String fact(Evidence evidence) {
    return MarkdownText.escape(evidence.fact())
        + evidence
            .date()
            .map(date -> ", " + MarkdownText.escape(day(date)))
            .orElse(", no date recorded");
  }

  /** The day is what a reader needs; the time of day stays in the card's extension. */
  private static String day(String date) {
    int time = date.indexOf('T');
    return time < 0 ? date : date.substring(0, time);
  }

  /** A chart in local codes would else look like one in which nothing is recorded. */
  private static String unreadable(Decision decision) {
    int count = decision.codes().unreadable();
    return switch (count) {
      case 0 -> "";
      case 1 ->
          "One entry of the record has a code that can't be read here: its code system is"
              + " missing or not known.";
      default ->
          count
              + " entries of the record have codes that can't be read here: their code system is"
              + " missing or not known.";
    };
  }

  private static String unread(CodeCount.Unread entry) {
    return (entry.text().isBlank()
            ? "neither words nor a code"
            : "“" + MarkdownText.escape(entry.text()) + "”")
        + entry
            .system()
            .map(system -> ", of the code system " + MarkdownText.escape(system))
            .orElse(", without a code")
        + ", "
        + MarkdownText.escape(entry.resource());
  }

  private static String alsoMet(Outcome.Superseded superseded) {
    return "**"
        + MarkdownText.escape(superseded.recommendation().title())
        + "**: "
        + MarkdownText.escape(superseded.advice().summary());
  }

  private static String sources(Recommendation recommendation, Link source, Links links) {
    StringBuilder sources = new StringBuilder(link(source, links));
    for (Link citation : recommendation.citations()) {
      if (!citation.url().equals(source.url())) {
        sources.append(" · ").append(link(citation, links));
      }
    }
    return sources.toString();
  }

  private static String link(Link link, Links links) {
    String label = MarkdownText.escape(link.label());
    return !link.smart() && links.mayShow(link) ? "[" + label + "](<" + link.url() + ">)" : label;
  }

  private static String versions(Recommendation recommendation, Decision decision) {
    return MarkdownText.escape(
        recommendation.title()
            + recommendation.canonical().version().map(v -> ", version " + v).orElse("")
            + "; content "
            + decision.knowledgeVersion()
            + "; evaluated for "
            + decision.evaluatedAt().toLocalDate());
  }
}
