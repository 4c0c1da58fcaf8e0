package org.oncohooks.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.oncohooks.ProblemCategory;
import org.oncohooks.ProblemException;
import org.oncohooks.database.DatabaseSettings;
import org.oncohooks.records.TestPostgres;

@DisplayName("24 jti replay")
class ReplayGuardTest {

  private static final Instant NOON = Instant.parse("2026-06-01T12:00:00Z");

  @TempDir private Path folder;

  private final AtomicReference<Instant> now = new AtomicReference<>(NOON);
  private final InstantSource clock = now::get;

  @Test
  void tellsTenantsApart() {
    try (ReplayGuard guard = new MemoryReplayGuard(clock)) {
      assertThat(guard.isFirst("a", "bc", NOON.plusSeconds(60))).isTrue();
      assertThat(guard.isFirst("a", "bc", NOON.plusSeconds(60))).isFalse();
      assertThat(guard.isFirst("ab", "c", NOON.plusSeconds(60))).isTrue();
    }
  }

  @Test
  void turnsAwayWhatItHasNoPlaceToRemember() {
    try (ReplayGuard guard = new MemoryReplayGuard(clock, 2)) {
      guard.isFirst("a", "1", NOON.plusSeconds(60));
      guard.isFirst("a", "2", NOON.plusSeconds(120));
      ProblemException refused =
          catchThrowableOfType(
              ProblemException.class, () -> guard.isFirst("a", "3", NOON.plusSeconds(60)));
      assertThat(refused.problem().category()).isEqualTo(ProblemCategory.UNAVAILABLE);
      now.set(NOON.plusSeconds(61));
      assertThat(guard.isFirst("a", "3", NOON.plusSeconds(120))).isTrue();
      assertThat(guard.isFirst("a", "2", NOON.plusSeconds(120))).isFalse();
    }
  }

  @Test
  void countsATokenOnceForAllInstancesOnOneDatabase() throws Exception {
    DatabaseSettings.Postgres database = TestPostgres.database();
    try (ReplayGuard one = new DatabaseReplayGuard(database, clock);
        ReplayGuard other = new DatabaseReplayGuard(database, clock)) {
      assertThat(one.isFirst("a", "1", NOON.plusSeconds(60))).isTrue();
      assertThat(other.isFirst("a", "1", NOON.plusSeconds(60))).isFalse();
      assertThat(other.isFirst("b", "1", NOON.plusSeconds(60))).isTrue();
      AtomicInteger first = new AtomicInteger();
      List<Thread> callers = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        ReplayGuard guard = i % 2 == 0 ? one : other;
        Thread caller =
            new Thread(
                () -> {
                  for (int id = 0; id < 20; id++) {
                    if (guard.isFirst("c", "id" + id, NOON.plusSeconds(60))) {
                      first.incrementAndGet();
                    }
                  }
                });
        caller.start();
        callers.add(caller);
      }
      for (Thread caller : callers) {
        caller.join();
      }
      assertThat(first).hasValue(20);
    }
    now.set(NOON.plusSeconds(3600));
    try (ReplayGuard later = new DatabaseReplayGuard(database, clock)) {
      later.isFirst("a", "2", NOON.plusSeconds(3660));
      // what no longer counts was swept away
      assertThat(later.isFirst("a", "1", NOON.plusSeconds(3660))).isTrue();
    }
  }

  @Test
  @DisplayName("R-94, JWT-24: a used jti is known after a restart")
  void remembersAfterARestart() {
    try (ReplayGuard guard = new FileReplayGuard(folder, clock)) {
      assertThat(guard.isFirst("a", "1", NOON.plusSeconds(60))).isTrue();
      assertThat(guard.isFirst("a", "2", NOON.plusSeconds(300))).isTrue();
    }
    now.set(NOON.plusSeconds(100));
    for (int restart = 0; restart < 2; restart++) {
      try (ReplayGuard guard = new FileReplayGuard(folder, clock)) {
        assertThat(guard.isFirst("a", "2", NOON.plusSeconds(300))).isFalse();
      }
    }
  }

  @Test
  void remembersWhatWasWrittenBeforeATornEnd() throws IOException {
    try (ReplayGuard guard = new FileReplayGuard(folder, clock)) {
      guard.isFirst("a", "1", NOON.plusSeconds(60));
    }
    Files.write(folder.resolve("token-ids"), new byte[] {1, 2, 3}, StandardOpenOption.APPEND);
    try (ReplayGuard guard = new FileReplayGuard(folder, clock)) {
      assertThat(guard.isFirst("a", "2", NOON.plusSeconds(60))).isTrue();
    }
    try (ReplayGuard guard = new FileReplayGuard(folder, clock)) {
      assertThat(guard.isFirst("a", "1", NOON.plusSeconds(60))).isFalse();
      assertThat(guard.isFirst("a", "2", NOON.plusSeconds(60))).isFalse();
    }
  }

  @Test
  void keepsItsFileSmall() throws IOException {
    try (FileReplayGuard guard = new FileReplayGuard(folder, clock)) {
      for (int i = 0; i < 250_000; i++) {
        now.set(NOON.plusMillis(i));
        guard.isFirst("a", "t" + i, now.get().plusSeconds(1));
      }
    }
    assertThat(Files.size(folder.resolve("token-ids"))).isLessThan(3_000_000);
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).hasSize(2);
    }
  }

  @Test
  void holdsNoTokenIdInClear() throws IOException {
    try (ReplayGuard guard = new FileReplayGuard(folder, clock)) {
      guard.isFirst("tenant", "JTI-CANARY", NOON.plusSeconds(60));
    }
    byte[] bytes = Files.readAllBytes(folder.resolve("token-ids"));
    assertThat(new String(bytes, StandardCharsets.ISO_8859_1)).doesNotContain("CANARY");
    assertThat(Arrays.copyOf(bytes, 16)).isNotEqualTo(new byte[16]);
  }

  @Test
  void sharesItsFolderWithNoOther() {
    try (ReplayGuard guard = new FileReplayGuard(folder, clock)) {
      ProblemException refused =
          catchThrowableOfType(
              ProblemException.class, () -> new FileReplayGuard(folder, clock).close());
      assertThat(refused.problem().category()).isEqualTo(ProblemCategory.CONFLICT);
      assertThat(guard.isFirst("a", "1", NOON)).isTrue();
    }
  }

  @Test
  void saysThatItsFolderCanNotBeUsed() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");
    ProblemException refused =
        catchThrowableOfType(
            ProblemException.class, () -> new FileReplayGuard(file, clock).close());
    assertThat(refused.problem().category()).isEqualTo(ProblemCategory.UNAVAILABLE);
  }
}
