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
    return new FetchLimits(Duration.ofMillis(500), 4 << 20, 50, 5_000, 12 << 20, 8, 256);
  }

  /**
   * @param most pages of one search
   * @param size bytes of all answers to one call, of which one page may be a third
   */
  public FetchLimits withPages(int most, int size) {
    return new FetchLimits(kept, Math.max(page, size / 3), most, resources, size, atOnce, waiting);
  }

  /**
   * @param questions most that one server has to answer at once
   */
  public FetchLimits withAtOnce(int questions) {
    return new FetchLimits(kept, page, pages, resources, bytes, questions, waiting);
  }
}
