package org.oncohooks.fhirapi;

import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.servlet.http.HttpServletRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import org.oncohooks.Problem;
import org.oncohooks.ProblemCategory;
import org.oncohooks.json.StrictJson;

/**
 * Reads the JSON of a request, within limits. Thread-safe.
 *
 * <p>One body larger than {@value #MAX_RESOURCE} bytes is worked on at a time: a few of them at
 * once would take the memory that the hooks need.
 */
final class RequestBody {

  /** Largest body of a request that writes one resource, in bytes. */
  static final int MAX_RESOURCE = 4 << 20;

  /** Largest body of a Bundle, in bytes. */
  static final int MAX_BUNDLE = 16 << 20;

  private static final Set<String> JSON = Set.of("application/fhir+json", "application/json");

  private final Semaphore large = new Semaphore(1);

  /** What is done with the JSON. */
  @FunctionalInterface
  interface Work {
    void on(ObjectNode json) throws IOException;
  }

  /**
   * @param limit in bytes
   * @throws org.oncohooks.ProblemException {@code UNSUPPORTED_MEDIA_TYPE}, {@code TOO_LARGE},
   *     {@code INCORRECT}, or {@code UNAVAILABLE} while another large body is worked on
   */
  void read(HttpServletRequest request, int limit, Work work) throws IOException {
    requireJson(request);
    if (request.getContentLengthLong() > limit) {
      throw tooLarge(limit).asException();
    }
    boolean permit = false;
    try {
      InputStream in = request.getInputStream();
      byte[] bytes = in.readNBytes(Math.min(limit, MAX_RESOURCE) + 1);
      if (bytes.length > MAX_RESOURCE && limit > MAX_RESOURCE) {
        permit = large.tryAcquire();
        if (!permit) {
          throw Problem.of(
                  ProblemCategory.UNAVAILABLE,
                  "bundle-busy",
                  "Another large Bundle is being taken in; try again when it is done.")
              .asException();
        }
        bytes = rest(bytes, in, limit);
      }
      if (bytes.length > limit) {
        throw tooLarge(limit).asException();
      }
      work.on(StrictJson.object(bytes));
    } finally {
      if (permit) {
        large.release();
      }
    }
  }

  private static byte[] rest(byte[] first, InputStream in, int limit) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream(2 * first.length);
    all.write(first);
    all.write(in.readNBytes(limit + 1 - first.length));
    return all.toByteArray();
  }

  private static void requireJson(HttpServletRequest request) {
    String[] parts =
        Optional.ofNullable(request.getContentType())
            .orElse("")
            .toLowerCase(Locale.ROOT)
            .split(";");
    boolean utf8 = true;
    for (int i = 1; i < parts.length; i++) {
      String part = parts[i].strip().replace("\"", "");
      utf8 &= !part.startsWith("charset=") || part.equals("charset=utf-8");
    }
    boolean encoded =
        Optional.ofNullable(request.getHeader("Content-Encoding"))
            .map(e -> !e.equalsIgnoreCase("identity"))
            .orElse(false);
    if (!JSON.contains(parts[0].strip()) || !utf8 || encoded) {
      throw Problem.of(
              ProblemCategory.UNSUPPORTED_MEDIA_TYPE,
              "content-type",
              "Send FHIR as UTF-8 JSON with Content-Type application/fhir+json and without"
                  + " Content-Encoding.")
          .asException();
    }
  }

  private static Problem tooLarge(int limit) {
    return Problem.of(
        ProblemCategory.TOO_LARGE,
        "body-too-large",
        "The body is larger than " + (limit >> 20) + " MiB; send it in smaller Bundles.");
  }
}
