package org.oncohooks.app;

import java.util.Optional;
import picocli.CommandLine.IVersionProvider;

/** The version of this build, as its jar says. */
final class Version implements IVersionProvider {

  static String text() {
    return Optional.ofNullable(Version.class.getPackage().getImplementationVersion())
        .orElse("development build");
  }

  @Override
  public String[] getVersion() {
    return new String[] {"OncoHooks " + text()};
  }
}
