package org.oncohooks.app;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.oncohooks.Finding;
import org.oncohooks.knowledge.CurrentKnowledge;

/**
 * {@code GET /dev/content}, in development mode: which content is served, and what keeps what was
 * saved since from being served.
 */
final class ContentStatus {

  private ContentStatus() {}

  /**
   * {@code {version, findings: [{severity, file, line, column, message}], cases: {runs, running}}};
   * no findings where the last that was read is served; {@code runs} rises when there is something
   * new at {@code /dev/cases}.
   */
  static byte[] of(CurrentKnowledge content, CaseRuns cases) {
    ObjectNode status = JsonNodeFactory.instance.objectNode();
    status.put("version", content.get().version());
    status.putArray("findings");
    for (Finding finding : content.rejected()) {
      status
          .withArray("/findings")
          .addObject()
          .put("severity", finding.severity().name().toLowerCase(Locale.ROOT))
          .put("file", finding.file())
          .put("line", finding.line())
          .put("column", finding.column())
          .put("message", finding.message());
    }
    status.putObject("cases").put("runs", cases.finished()).put("running", cases.isRunning());
    return status.toString().getBytes(StandardCharsets.UTF_8);
  }
}
