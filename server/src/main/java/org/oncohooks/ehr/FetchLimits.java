package org.oncohooks.ehr;

import java.time.Duration;

/**
 * How long and how much an EHR's FHIR server is asked.
 *
 * @param kept of the time of a call, what is kept for its evaluation
 * @param page most bytes of one page
 * @param pages most pages of one search
 * @param resources most resources of one search
 * @param bytes most bytes of all answers to one call
 * @param atOnce most questions that one server has to answer at once
 * @param waiting most questions that wait for one server
 */
public record FetchLimits(
    Duration kept, int page, int pages, int resources, int bytes, int atOnce, int waiting) {

  /** What the configuration page says. */
  public static FetchLimits standard() {
    return new FetchLimits(Duration.ofMillis(500), 4 << 20, 5, 2_000, 8 << 20, 8, 256);
  }

  /**
   * @param questions most that one server has to answer at once
   */
  public FetchLimits withAtOnce(int questions) {
    return new FetchLimits(kept, page, pages, resources, bytes, questions, waiting);
  }
}
