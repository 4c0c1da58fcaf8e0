package org.oncohooks;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.slf4j.LoggerFactory;

/**
 * Listens to the log of every test class. Tests send canaries where patient data and tokens stand;
 * none may be heard in a message, its arguments, an exception, a thread's name or its context.
 */
public final class NoCanarySings implements BeforeAllCallback, AfterAllCallback {

  private static final ExtensionContext.Namespace OWN =
      ExtensionContext.Namespace.create(NoCanarySings.class);

  /** What was heard of canaries. */
  static final class Ear extends AppenderBase<ILoggingEvent> {

    private final List<String> heard = new CopyOnWriteArrayList<>();

    @Override
    protected void append(ILoggingEvent event) {
      String all =
          event.getThreadName()
              + " "
              + event.getLoggerName()
              + " "
              + event.getFormattedMessage()
              + " "
              + event.getMDCPropertyMap()
              + (event.getThrowableProxy() == null
                  ? ""
                  : ThrowableProxyUtil.asString(event.getThrowableProxy()));
      if (all.contains("CANARY")) {
        heard.add(all);
      }
    }

    List<String> heard() {
      return List.copyOf(heard);
    }
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    Ear ear = new Ear();
    ear.start();
    root().addAppender(ear);
    context.getStore(OWN).put("ear", ear);
  }

  @Override
  public void afterAll(ExtensionContext context) {
    Ear ear = context.getStore(OWN).get("ear", Ear.class);
    root().detachAppender(ear);
    assertThat(ear.heard()).as("patient data or tokens in the log").isEmpty();
  }

  private static Logger root() {
    return (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
  }
}
