package org.oncohooks.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.oncohooks.hooks.HookCodecFuzz;
import org.oncohooks.security.OutboundPolicyFuzz;
import org.oncohooks.security.TokenFuzz;

/** Everything that a fuzzer was given or has found, and small changes to it. */
@DisplayName("Z1, Z3, Z4: the corpus of the fuzzer")
class FuzzCorpusTest {

  private static final int CHANGES = 200;

  private static final Map<String, Consumer<byte[]>> TARGETS =
      Map.of(
          "codec", HookCodecFuzz::fuzzerTestOneInput,
          "token", TokenFuzz::fuzzerTestOneInput,
          "outbound", OutboundPolicyFuzz::fuzzerTestOneInput);

  private static List<Path> corpus(String target) throws IOException, URISyntaxException {
    Path folder = Path.of(FuzzCorpusTest.class.getResource("/fuzz/" + target).toURI());
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"codec", "token", "outbound"})
  void findsNothing(String target) throws Exception {
    Consumer<byte[]> run = TARGETS.get(target);
    List<Path> files = corpus(target);
    assertThat(files).hasSizeGreaterThan(5);
    Random random = new Random(20_260_601);
    for (Path file : files) {
      byte[] input = Files.readAllBytes(file);
      run.accept(input);
      for (int i = 0; i < CHANGES; i++) {
        byte[] changed = changed(input, random);
        try {
          run.accept(changed);
        } catch (RuntimeException | StackOverflowError e) {
          throw new AssertionError(file.getFileName() + ", changed " + i + " times", e);
        }
      }
    }
  }

  @ParameterizedTest
  @DisplayName("Z3: the corpus has tokens that are let in, so that there is something to break")
  @ValueSource(strings = {"good", "audiences"})
  void hasGoodTokens(String name) throws Exception {
    Path file = Path.of(FuzzCorpusTest.class.getResource("/fuzz/token/" + name).toURI());
    assertThat(TokenFuzz.letsIn(Files.readAllBytes(file))).isTrue();
  }

  private static byte[] changed(byte[] input, Random random) {
    byte[] changed = input.clone();
    for (int i = 1 + random.nextInt(3); i > 0 && changed.length > 0; i--) {
      changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
    }
    return changed;
  }
}
