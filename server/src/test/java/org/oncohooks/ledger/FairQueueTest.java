package org.oncohooks.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class FairQueueTest {

  private final FairQueue<String> queue = new FairQueue<>(8);

  @Test
  void ownersTakeTurns() {
    for (String item : List.of("a1", "a2", "a3", "b1", "c1", "b2")) {
      assertThat(queue.offer(item.substring(0, 1), item)).isTrue();
    }
    assertThat(queue.heads()).containsExactly("a1", "b1", "c1");
    assertThat(java.util.stream.Stream.generate(queue::poll).limit(7))
        .map(item -> item.orElse("-"))
        .containsExactly("a1", "b1", "c1", "a2", "b2", "a3", "-");
    assertThat(queue.size()).isZero();
  }

  @Test
  void leavesRoomForOthers() {
    for (int i = 0; i < 6; i++) {
      assertThat(queue.offer("a", "a" + i)).isTrue();
    }
    assertThat(queue.offer("a", "one too many")).isFalse();
    assertThat(queue.offer("b", "b0")).isTrue();
    assertThat(queue.offer("c", "c0")).isTrue();
    assertThat(queue.offer("d", "the queue is full")).isFalse();
  }

  @Test
  void waitsForTheFirst() throws Exception {
    assertThat(queue.awaitOne(Duration.ofMillis(5))).isFalse();
    Thread other =
        new Thread(
            () -> {
              try {
                Thread.sleep(50);
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
              queue.offer("a", "a0");
            });
    other.start();
    assertThat(queue.awaitOne(Duration.ofSeconds(20))).isTrue();
    other.join();
  }
}
