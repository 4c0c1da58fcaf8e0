package org.oncohooks.app;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import net.logstash.logback.composite.loggingevent.KeyValuePairsJsonProvider;
import net.logstash.logback.composite.loggingevent.LogLevelJsonProvider;
import net.logstash.logback.composite.loggingevent.LoggerNameJsonProvider;
import net.logstash.logback.composite.loggingevent.LoggingEventFormattedTimestampJsonProvider;
import net.logstash.logback.composite.loggingevent.LoggingEventJsonProviders;
import net.logstash.logback.composite.loggingevent.MessageJsonProvider;
import net.logstash.logback.encoder.LoggingEventCompositeJsonEncoder;
import org.slf4j.LoggerFactory;

/**
 * Log lines as JSON: time, level, logger, message, and what the message is made of. Exceptions are
 * left out, as in text: their messages may quote a patient.
 */
final class JsonLogs {

  private JsonLogs() {}

  static void begin() {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    LoggingEventFormattedTimestampJsonProvider time =
        new LoggingEventFormattedTimestampJsonProvider();
    time.setFieldName("time");
    LogLevelJsonProvider level = new LogLevelJsonProvider();
    LoggerNameJsonProvider logger = new LoggerNameJsonProvider();
    logger.setFieldName("logger");
    LoggingEventJsonProviders providers = new LoggingEventJsonProviders();
    providers.addProvider(time);
    providers.addProvider(level);
    providers.addProvider(logger);
    providers.addProvider(new MessageJsonProvider());
    providers.addProvider(new KeyValuePairsJsonProvider());
    LoggingEventCompositeJsonEncoder encoder = new LoggingEventCompositeJsonEncoder();
    encoder.setContext(context);
    encoder.setProviders(providers);
    encoder.start();
    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    ((ConsoleAppender<ILoggingEvent>) root.getAppender("console")).setEncoder(encoder);
  }
}
