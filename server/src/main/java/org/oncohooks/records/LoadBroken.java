package org.oncohooks.records;

import java.io.IOException;

/** What is loaded breaks off; everything before that has been taken. */
public final class LoadBroken extends IOException {

  private static final long serialVersionUID = 1;

  /**
   * @param why in words, with the place if it is known
   * @param last place of the last value that was read; empty if there was none
   */
  LoadBroken(String why, String last, IOException cause) {
    super(
        why + "; " + (last.isEmpty() ? "nothing of it is loaded" : "loaded up to " + last), cause);
  }
}
