package org.oncohooks.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Warns of files with secrets that every user of the machine can read. They are used all the same:
 * containers and orchestrators mount secrets with such permissions, where there is one user.
 */
final class OthersCanRead {

  private static final Logger LOG = LoggerFactory.getLogger(OthersCanRead.class);

  private OthersCanRead() {}

  /**
   * Nothing where files have no such permissions.
   *
   * @param what the file holds
   */
  static void warn(String what, Path file) {
    try {
      if (Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_READ)) {
        LOG.warn(
            "every user of this machine can read {}: chmod o-rwx {}; if others have been on the"
                + " machine, replace it",
            what,
            file);
      }
    } catch (IOException | UnsupportedOperationException e) {
      // who reads it tells that it is not there; elsewhere than on POSIX there is no such thing
    }
  }
}
