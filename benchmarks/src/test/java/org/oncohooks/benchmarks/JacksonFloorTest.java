package org.oncohooks.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class JacksonFloorTest {

  @Test
  void tellsTheCostOfEachServiceFromAProcessOfItsOwn(@TempDir Path folder) throws IOException {
    byte[] body = "{\"hook\":\"patient-view\"}".getBytes(StandardCharsets.UTF_8);
    PeerTask.writeBodies(folder, List.of(new HookCall("a", body, 0), new HookCall("b", body, 0)));
    PeerTask task = new PeerTask(Home.folder(), folder, List.of("a", "b"), 0, 10);
    List<Cost> costs =
        Peer.run(JacksonFloor.class, task).stream()
            .map(Cost::parse)
            .flatMap(Optional::stream)
            .toList();
    assertThat(costs)
        .extracting(Cost::name)
        .isEqualTo(PeerTask.names(JacksonFloor.READ_TREE, List.of("a", "b")));
    assertThat(costs).allSatisfy(cost -> assertThat(cost.rounds()).hasSize(Options.ROUNDS));
  }
}
