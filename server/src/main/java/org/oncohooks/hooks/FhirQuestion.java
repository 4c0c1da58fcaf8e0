package org.oncohooks.hooks;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.oncohooks.patient.HookContext;

/**
 * A prefetch template with the context's values in it (CDS Hooks 2.0, prefetch tokens), as it can
 * stand in a URL.
 */
final class FhirQuestion {

  private static final Pattern TOKEN = Pattern.compile("\\{\\{context\\.(\\w+)}}");

  /** What a URL may hold anywhere as it is (RFC 3986, section 2.3). */
  private static final String PLAIN =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";

  /** What else our own templates mean as it is. */
  private static final String SEPARATORS = PLAIN + "/?:&=,";

  private FhirQuestion() {}

  /**
   * @param template of our own content, such as {@code Condition?patient={{context.patientId}}}
   * @throws IllegalArgumentException if the template asks for what the context does not have
   */
  static String of(String template, HookContext context) {
    StringBuilder question = new StringBuilder(template.length() + 64);
    Matcher token = TOKEN.matcher(template);
    int done = 0;
    while (token.find()) {
      escape(question, template.substring(done, token.start()), SEPARATORS);
      escape(question, value(token.group(1), context), PLAIN);
      done = token.end();
    }
    escape(question, template.substring(done), SEPARATORS);
    return question.toString();
  }

  private static String value(String name, HookContext context) {
    if (name.equals("patientId")) {
      return context.patientId();
    }
    JsonNode value = context.values().get(name);
    if (value == null || !value.isTextual()) {
      throw new IllegalArgumentException("a template names a member that the context has not");
    }
    return value.textValue();
  }

  private static void escape(StringBuilder to, String text, String plain) {
    for (byte unit : text.getBytes(StandardCharsets.UTF_8)) {
      if (plain.indexOf(unit) >= 0) {
        to.append((char) unit);
      } else {
        to.append(String.format("%%%02X", unit));
      }
    }
  }
}
