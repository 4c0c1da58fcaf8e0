package org.oncohooks.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** The container image, really built and run, alone and as compose.yaml says. */
class ImageTest {

  private static final Path HOME = Path.of(System.getProperty("oncohooks.home"));

  @Test
  @Timeout(1200)
  @EnabledIfSystemProperty(named = "oncohooks.full", matches = "true")
  void isBuiltAndAnswersAHookCall() throws Exception {
    assumeTrue(System.getProperty("user.name").equals("root"), "needs root");
    for (String tool : List.of("buildah", "debootstrap", "curl", "ip", "openssl", "unzip", "xz")) {
      assumeTrue(isThere(tool), "needs " + tool);
    }
    Path log = Files.createDirectories(HOME.resolve("server/target")).resolve("image.log");
    int status =
        new ProcessBuilder(HOME.resolve("docker/try-image.sh").toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start()
            .waitFor();
    assertThat(Files.readString(log)).contains("compose tried: holds", "image tried: holds");
    assertThat(status).isZero();
  }

  private static boolean isThere(String tool) throws Exception {
    return new ProcessBuilder("sh", "-c", "command -v " + tool)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start()
            .waitFor()
        == 0;
  }
}
