package org.oncohooks;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.LoggingEvent;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** That a canary would be heard; every other test class hears none, or fails. */
@DisplayName("B13: patient data and tokens in logs")
class NoCanarySingsTest {

  private static LoggingEvent event(String message, Throwable cause, Object... arguments) {
    Logger logger = (Logger) LoggerFactory.getLogger(NoCanarySingsTest.class);
    LoggingEvent event = new LoggingEvent("here", logger, Level.INFO, message, cause, arguments);
    return event;
  }

  @Test
  void isHeardWhereItSings() {
    LoggingEvent named = event("quiet", null);
    named.setThreadName("PHI-CANARY");
    LoggingEvent inContext = event("quiet", null);
    inContext.setMDCPropertyMap(Map.of("patient", "PHI-CANARY"));
    NoCanarySings.Ear ear = new NoCanarySings.Ear();
    ear.start();
    for (LoggingEvent event :
        List.of(
            event("TOKEN-CANARY", null),
            event("of {}", null, "PHI-CANARY"),
            event("failed", new IllegalStateException("x", new RuntimeException("PHI-CANARY"))),
            named,
            inContext)) {
      ear.doAppend(event);
    }
    assertThat(ear.heard()).hasSize(5);
    ear.doAppend(event("quiet", null));
    assertThat(ear.heard()).hasSize(5);
  }
}
