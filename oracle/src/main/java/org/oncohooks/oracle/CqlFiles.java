package org.oncohooks.oracle;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import kotlinx.io.CoreKt;
import kotlinx.io.JvmCoreKt;
import kotlinx.io.Source;
import org.cqframework.cql.cql2elm.LibrarySourceProvider;
import org.hl7.elm.r1.VersionedIdentifier;

/** The CQL sources of a content root, by library name. */
final class CqlFiles implements LibrarySourceProvider {

  private static final Pattern HEADER =
      Pattern.compile("^\\s*library\\s+(\\w+)(?:\\s+version\\s+'([^']*)')?", Pattern.MULTILINE);

  private final Map<String, String> sources;

  private CqlFiles(Map<String, String> sources) {
    this.sources = sources;
  }

  static CqlFiles under(Path directory) {
    try (Stream<Path> files = Files.walk(directory)) {
      Map<String, String> sources = new TreeMap<>();
      for (Path file : files.filter(f -> f.toString().endsWith(".cql")).sorted().toList()) {
        String source = Files.readString(file, StandardCharsets.UTF_8);
        String name = header(source).group(1);
        if (sources.put(name, source) != null) {
          throw new IllegalStateException("Two files define the library " + name);
        }
      }
      return new CqlFiles(sources);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Collection<VersionedIdentifier> identifiers() {
    return sources.values().stream().map(CqlFiles::identifier).toList();
  }

  @Override
  public Source getLibrarySource(VersionedIdentifier id) {
    String source = sources.get(id.getId());
    // null is how this interface says "not mine, ask the next provider"
    return source == null
        ? null
        : CoreKt.buffered(
            JvmCoreKt.asSource(new ByteArrayInputStream(source.getBytes(StandardCharsets.UTF_8))));
  }

  private static VersionedIdentifier identifier(String source) {
    Matcher header = header(source);
    return new VersionedIdentifier().withId(header.group(1)).withVersion(header.group(2));
  }

  private static Matcher header(String source) {
    Matcher header = HEADER.matcher(source);
    if (!header.find()) {
      throw new IllegalStateException(
          "No library header in " + List.of(source.split("\\R", 2)).get(0));
    }
    return header;
  }
}
