package org.oncohooks.fhirapi;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.oncohooks.records.MemoryPatientStore;

/** Large Bundles are taken one at a time, and small ones beside them. */
final class LargeBundlesTest {

  private static final String SMALL =
      """
      {"resourceType": "Bundle", "type": "transaction", "entry": [{
        "resource": {"resourceType": "Patient", "id": "ann"},
        "request": {"method": "PUT", "url": "Patient/ann"}}]}""";
  private static final String NOTHING = "{\"resourceType\":\"Bundle\",\"type\":\"batch\"}";
  private static final String SPACE = " ".repeat(5 << 20);

  @Test
  void secondLargeBundleIsPutOffWhileTheFirstIsTaken() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    MemoryPatientStore slow =
        new MemoryPatientStore(
            () -> {
              begun.countDown();
              await(release);
              return Instant.EPOCH;
            });
    try (FhirTestServer server = new FhirTestServer(slow, Map.of())) {
      assertThat(server.get("/metadata").status()).isEqualTo(200);
      CompletableFuture<FhirTestServer.Answer> first =
          CompletableFuture.supplyAsync(() -> server.post("", SMALL + SPACE));
      await(begun);
      FhirTestServer.Answer second = server.post("", NOTHING + SPACE);

      assertThat(second.status()).isEqualTo(503);
      assertThat(second.http().headers().firstValue("Retry-After")).contains("1");
      assertThat(server.post("", NOTHING).status()).isEqualTo(200);
      release.countDown();
      assertThat(first.get(10, TimeUnit.SECONDS).status()).isEqualTo(200);
      assertThat(server.post("", NOTHING + SPACE).status()).isEqualTo(200);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
