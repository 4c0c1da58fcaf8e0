package org.oncohooks.decision;

import java.util.List;
import org.oncohooks.knowledge.Indicator;
import org.oncohooks.knowledge.Link;

/**
 * What a recommendation that applies tells the clinician. All strings are plain text.
 *
 * @param summary one sentence; what exceeds the limit of the wire is cut there
 * @param indicator how urgent
 * @param text what to do
 * @param reason why it applies to this patient, one sentence
 * @param assessment what each of several tools says, a line each
 * @param source on whose authority
 * @param evidence the facts it rests on
 * @param notRecorded what was not recorded and would matter
 * @param suggestions what is suggested for this patient
 */
public record Advice(
    String summary,
    Indicator indicator,
    String text,
    String reason,
    List<String> assessment,
    Link source,
    List<Evidence> evidence,
    List<String> notRecorded,
    List<Proposal> suggestions) {}
