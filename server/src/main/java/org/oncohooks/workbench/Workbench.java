package org.oncohooks.workbench;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.oncohooks.http.Document;

/**
 * The workbench's files: the page itself at {@code /}, what it loads below {@code /workbench/}, and
 * libraries below {@code /workbench/lib/}, from their WebJars. Thread-safe.
 */
public final class Workbench {

  private static final String PLACE = "/workbench/";
  private static final String LIBRARIES = "lib/";

  /** No dots but before an extension: no path leads out of the folder. */
  private static final Pattern FILE = Pattern.compile("([a-z0-9-]+/)*[a-z0-9-]+(\\.[a-z]+){1,2}");

  private static final Map<String, String> MEDIA_TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "css", "text/css; charset=utf-8",
          "js", "text/javascript; charset=utf-8",
          "mjs", "text/javascript; charset=utf-8",
          "svg", "image/svg+xml");

  /** Names below {@code lib/}, and the WebJars that hold them. */
  private static final Map<String, String> WEBJARS =
      Map.of("lit-html", "", "marked", "lib/", "dompurify", "dist/");

  /**
   * Scripts and styles from here alone, no inline ones, no frames, and text becomes HTML in two
   * places only: the templates of lit-html and the sanitiser.
   */
  private static final Map<String, String> HEADERS =
      Map.of(
          "Content-Security-Policy",
          "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
              + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none';"
              + " require-trusted-types-for 'script'; trusted-types lit-html dompurify",
          "Referrer-Policy",
          "no-referrer",
          "Cross-Origin-Opener-Policy",
          "same-origin",
          "Cross-Origin-Resource-Policy",
          "same-origin");

  private final Map<String, Document> read = new ConcurrentHashMap<>();

  /** The file at an absolute path. */
  public Optional<Document> at(String path) {
    if (path.equals("/")) {
      return file("index.html");
    }
    return path.startsWith(PLACE) ? file(path.substring(PLACE.length())) : Optional.empty();
  }

  private Optional<Document> file(String name) {
    Document known = read.get(name);
    if (known != null) {
      return Optional.of(known);
    }
    Optional<Document> found = FILE.matcher(name).matches() ? load(name) : Optional.empty();
    found.ifPresent(document -> read.put(name, document));
    return found;
  }

  private static Optional<Document> load(String name) {
    String type = MEDIA_TYPES.get(name.substring(name.lastIndexOf('.') + 1));
    Optional<String> resource =
        name.startsWith(LIBRARIES)
            ? library(name.substring(LIBRARIES.length()))
            : Optional.of("page/" + name);
    return type == null
        ? Optional.empty()
        : resource.flatMap(Workbench::bytes).map(bytes -> new Document(type, bytes, HEADERS));
  }

  /** {@code lit-html/directives/repeat.js} is a file of the WebJar {@code lit-html}. */
  private static Optional<String> library(String name) {
    int end = name.indexOf('/');
    String jar = end < 0 ? "" : name.substring(0, end);
    return Optional.ofNullable(WEBJARS.get(jar))
        .map(
            folder ->
                "/META-INF/resources/webjars/"
                    + jar
                    + "/"
                    + version(jar)
                    + "/"
                    + folder
                    + name.substring(end + 1));
  }

  private static String version(String jar) {
    Properties properties = new Properties();
    String place = "/META-INF/maven/org.webjars.npm/" + jar + "/pom.properties";
    try (InputStream in = Workbench.class.getResourceAsStream(place)) {
      if (in == null) {
        throw new IllegalStateException("no WebJar " + jar + " on the class path");
      }
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return properties.getProperty("version");
  }

  private static Optional<byte[]> bytes(String resource) {
    try (InputStream in = Workbench.class.getResourceAsStream(resource)) {
      return in == null ? Optional.empty() : Optional.of(in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
