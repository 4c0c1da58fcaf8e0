package org.oncohooks.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

final class DifferenceTest {

  @Test
  void equalFilesDoNotDiffer() throws IOException {
    JsonNode file = json("{'a.json': {'L.d': [1, null]}}");
    assertThat(Difference.between(file, file.deepCopy())).isEmpty();
  }

  @Test
  void namesPatientDefineAndBothValues() throws IOException {
    assertThat(Difference.between(json("{'a.json': {'L.d': 1}}"), json("{'a.json': {'L.d': 2}}")))
        .containsExactly(new Difference("a.json", "L.d", json("1"), json("2")));
  }

  @Test
  void aMissingValueDiffersFromNull() throws IOException {
    assertThat(Difference.between(json("{'a.json': {'L.d': null}}"), json("{'a.json': {}}")))
        .hasSize(1);
  }

  @Test
  void twoFailuresAgreeWhateverTheirWords() throws IOException {
    assertThat(
            Difference.between(
                json("{'a.json': {'L.d': {'error': 'x'}}}"),
                json("{'a.json': {'L.d': {'error': 'y'}}}")))
        .isEmpty();
  }

  @Test
  void aKnownDifferenceCoversJustItsKind() throws IOException {
    KnownDifference known =
        known(
            "{'defines': 'L[.].*', 'patients': '.*', 'kind': 'NULL_LIST_FLATTENED', 'reason': 'r'}");
    assertThat(known.covers(new Difference("a", "L.d", json("[1]"), json("[1, null]")))).isTrue();
    assertThat(known.covers(new Difference("a", "L.d", json("[1]"), json("[2, null]")))).isFalse();
    assertThat(known.covers(new Difference("a", "M.d", json("[1]"), json("[1, null]")))).isFalse();
  }

  @Test
  void listedValuesCoverJustThemselves() throws IOException {
    KnownDifference known =
        known(
            "{'defines': 'L.d', 'patients': 'a', 'kind': 'VALUES', 'ours': 1, 'theirs': 2,"
                + " 'reason': 'r'}");
    assertThat(known.covers(new Difference("a", "L.d", json("1"), json("2")))).isTrue();
    assertThat(known.covers(new Difference("a", "L.d", json("1"), json("3")))).isFalse();
    assertThat(known.covers(new Difference("b", "L.d", json("1"), json("2")))).isFalse();
  }

  @Test
  void aKnownDifferenceNeedsAReason() {
    assertThatThrownBy(
            () -> known("{'defines': '.*', 'patients': '.*', 'kind': 'VALUES', 'reason': ' '}"))
        .isInstanceOf(IOException.class);
  }

  private static KnownDifference known(String entry) throws IOException {
    List<KnownDifference> list =
        KnownDifference.read(
            new ByteArrayInputStream(
                ("[" + entry + "]").replace('\'', '"').getBytes(StandardCharsets.UTF_8)));
    return list.get(0);
  }

  private static JsonNode json(String text) throws IOException {
    return JsonMapper.builder().build().readTree(text.replace('\'', '"'));
  }
}
