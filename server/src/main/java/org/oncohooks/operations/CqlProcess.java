package org.oncohooks.operations;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.oncohooks.Problem;
import org.oncohooks.ProblemCategory;
import org.oncohooks.ProblemException;
import org.oncohooks.json.StrictJson;
import org.oncohooks.knowledge.Knowledge;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The process that evaluates CQL of callers, from this side: a line of JSON goes in, a line comes
 * out. One thread at a time.
 */
final class CqlProcess {

  private static final Logger LOG = LoggerFactory.getLogger(CqlProcess.class);

  private final Process process;
  private final OutputStream in;
  private final int megabytes;
  private final BlockingQueue<String> lines = new ArrayBlockingQueue<>(4);
  private String version = "";
  private volatile boolean killed;

  private CqlProcess(Process process, int megabytes) {
    this.process = process;
    this.in = process.getOutputStream();
    this.megabytes = megabytes;
  }

  static CqlProcess start(SentCql.Java java, SentCql.Limits limits) {
    ProcessBuilder builder =
        new ProcessBuilder(
            java.program().toString(),
            "-Xmx" + limits.megabytes() + "m",
            "-XX:MaxMetaspaceSize=256m",
            "-XX:+ExitOnOutOfMemoryError",
            "-XX:+UseSerialGC",
            // most of its life is its start
            "-XX:TieredStopAtLevel=1",
            "-Xlog:disable",
            // no name resolves; NoNetwork takes the rest
            "-Djdk.net.hosts.file=/nonexistent",
            "-Djava.nio.channels.spi.SelectorProvider=" + NoNetwork.class.getName(),
            "-cp",
            java.classPath(),
            CqlChild.class.getName());
    builder.environment().clear();
    // what it says might quote a patient
    builder.redirectError(ProcessBuilder.Redirect.DISCARD);
    try {
      CqlProcess started = new CqlProcess(builder.start(), limits.megabytes());
      Thread reader = new Thread(started::read, "cql-process-output");
      reader.setDaemon(true);
      reader.start();
      return started;
    } catch (IOException e) {
      LOG.error("the process for sent CQL can't be started: {}", e.getClass().getSimpleName());
      throw Problem.of(
              ProblemCategory.FAULT,
              "cql-process",
              "The process that evaluates sent CQL can't be started.")
          .asException(e);
    }
  }

  private void read() {
    try (BufferedReader out =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        lines.put(line);
      }
      lines.put("");
    } catch (IOException e) {
      lines.offer("");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whether it can be asked; one that was killed can't, though it may still be ending. */
  boolean isAlive() {
    return !killed && process.isAlive();
  }

  void kill() {
    killed = true;
    process.destroyForcibly();
  }

  /** Hands the content over, if it is not what the process has. */
  void serve(Knowledge knowledge, Duration most) throws InterruptedException {
    if (version.equals(knowledge.version())) {
      return;
    }
    ObjectNode content = JsonNodeFactory.instance.objectNode().put("version", knowledge.version());
    ArrayNode sources = content.putArray("sources");
    knowledge
        .sources()
        .values()
        .forEach(
            source ->
                sources
                    .addObject()
                    .put("name", source.name())
                    .put("file", source.file())
                    .put("text", source.text()));
    ArrayNode resources = content.putArray("resources");
    knowledge.resources().values().forEach(list -> list.forEach(resources::add));
    JsonNode answer = exchange(JsonNodeFactory.instance.objectNode().set("content", content), most);
    if (!answer.path("ready").asBoolean(false)) {
      kill();
      throw Problem.of(
              ProblemCategory.FAULT,
              "cql-process",
              "The process that evaluates sent CQL can't read the content.")
          .asException();
    }
    version = knowledge.version();
  }

  JsonNode ask(ObjectNode question, Duration most) throws InterruptedException {
    return exchange(question, most);
  }

  private JsonNode exchange(JsonNode message, Duration most) throws InterruptedException {
    try {
      in.write((message + "\n").getBytes(StandardCharsets.UTF_8));
      in.flush();
    } catch (IOException e) {
      kill();
      throw ended();
    }
    String line = lines.poll(most.toMillis(), TimeUnit.MILLISECONDS);
    if (line == null) {
      kill();
      throw Problem.of(
              ProblemCategory.TIMED_OUT,
              "cql-killed",
              "The CQL did not end within "
                  + most.toSeconds()
                  + " s and was killed. Make it smaller; the service goes on.")
          .asException();
    }
    if (line.isEmpty()) {
      kill();
      throw ended();
    }
    return StrictJson.read(line.getBytes(StandardCharsets.UTF_8));
  }

  private ProblemException ended() {
    return Problem.of(
            ProblemCategory.NOT_PROCESSABLE,
            "cql-process-ended",
            "The CQL needs more than the "
                + megabytes
                + " MiB of memory that it may use, and was ended. Make it smaller; the service goes"
                + " on.")
        .asException();
  }
}
