package org.oncohooks.hooks;

import java.time.Duration;

/**
 * What a hook call is answered with, and what may be logged of it.
 *
 * @param json the CDS Hooks response, in UTF-8
 * @param cards how many cards it holds
 * @param applies how many recommendations apply, those that another speaks for included
 * @param suppressed how many are not repeated because a clinician has answered them
 * @param notEvaluated how many recommendations could not be evaluated
 * @param resources how many resources the patient's record held
 * @param cpu CPU time of the evaluation, which is on a thread of its own
 */
public record HookAnswer(
    byte[] json,
    int cards,
    int applies,
    int suppressed,
    int notEvaluated,
    int resources,
    Duration cpu) {}
