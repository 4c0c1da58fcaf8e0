package org.oncohooks.decision;

import java.time.ZonedDateTime;
import java.util.List;
import java.util.Optional;
import org.oncohooks.knowledge.Service;

/**
 * The answer to one call, before it becomes cards.
 *
 * @param service which service decided
 * @param evaluatedAt the evaluation instant
 * @param knowledgeVersion version of the content snapshot
 * @param outcomes one for each recommendation of the hook, in order of precedence; at most one
 *     {@link Outcome.Applies}
 * @param dataIncomplete sentences about values that could not be used, without repetition
 * @param unseen sentences about optional data that could not be had and was therefore not looked
 *     at, whether or not a recommendation applies; without repetition
 * @param codes how much of what the record names by code is known to the rules
 */
public record Decision(
    Service service,
    ZonedDateTime evaluatedAt,
    String knowledgeVersion,
    List<Outcome> outcomes,
    List<String> dataIncomplete,
    List<String> unseen,
    CodeCount codes) {

  public Decision {
    outcomes = List.copyOf(outcomes);
    dataIncomplete = List.copyOf(dataIncomplete);
    unseen = List.copyOf(unseen);
  }

  public Optional<Outcome.Applies> speaking() {
    return only(Outcome.Applies.class).stream().findFirst();
  }

  public List<Outcome.NotEvaluated> notEvaluated() {
    return only(Outcome.NotEvaluated.class);
  }

  public List<Outcome.Superseded> superseded() {
    return only(Outcome.Superseded.class);
  }

  public List<Outcome.Suppressed> suppressed() {
    return only(Outcome.Suppressed.class);
  }

  private <T extends Outcome> List<T> only(Class<T> kind) {
    return outcomes.stream().filter(kind::isInstance).map(kind::cast).toList();
  }
}
