package org.oncohooks.http;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.Scheduler;
import org.oncohooks.ProblemException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * TLS 1.2 and 1.3 with certificates that are read again when their files change. Connections that
 * are open go on; new ones get the new certificate. Files that can't be used leave the old one.
 */
final class Tls {

  private static final Logger LOG = LoggerFactory.getLogger(Tls.class);
  private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(2);

  private final TlsFiles files;
  private final SslContextFactory.Server context = new SslContextFactory.Server();
  private volatile Certificate current;
  private String seen;

  /**
   * @throws ProblemException {@code INCORRECT} if the files can't be used
   */
  Tls(TlsFiles files) {
    this.files = files;
    this.current = Certificate.read(files);
    this.seen = current.digest();
    context.setIncludeProtocols("TLSv1.3", "TLSv1.2");
    context.setKeyStorePassword("");
    context.setKeyStore(current.store());
  }

  SslContextFactory.Server context() {
    return context;
  }

  /** When the certificate in use ends. */
  Instant end() {
    return current.end();
  }

  void watch(Scheduler scheduler) {
    scheduler.schedule(
        () -> {
          look();
          watch(scheduler);
        },
        BETWEEN_LOOKS.toMillis(),
        TimeUnit.MILLISECONDS);
  }

  private void look() {
    String now = Certificate.digest(files).orElse(seen);
    if (now.equals(seen)) {
      return;
    }
    seen = now;
    try {
      Certificate fresh = Certificate.read(files);
      context.reload(factory -> factory.setKeyStore(fresh.store()));
      current = fresh;
      LOG.info("the TLS certificate was read again; it ends {}", fresh.end());
    } catch (ProblemException e) {
      LOG.error("the old TLS certificate stays: {}", e.problem().text());
    } catch (Exception e) { // the last resort of http: SslContextFactory.reload declares it
      LOG.error("the old TLS certificate stays: {}", SafeTrace.of(e));
    }
  }
}
