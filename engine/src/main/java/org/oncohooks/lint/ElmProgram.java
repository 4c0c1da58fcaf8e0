package org.oncohooks.lint;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.oncohooks.cql.CqlProgram;
import org.oncohooks.cql.CqlSource;

/** The compiled libraries of the content, FHIRHelpers left out. */
final class ElmProgram {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Map<String, ElmLibrary> libraries = new TreeMap<>();

  static ElmProgram of(CqlProgram program, List<CqlSource> sources) {
    ElmProgram elm = new ElmProgram();
    try {
      for (CqlSource source : sources) {
        elm.libraries.put(
            source.name(),
            ElmLibrary.of(
                source.name(),
                source.file(),
                JSON.readTree(program.elm(source.name())).path("library")));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the compiler's own ELM is JSON", e);
    }
    return elm;
  }

  Collection<ElmLibrary> libraries() {
    return libraries.values();
  }

  Optional<ElmLibrary> library(String name) {
    return Optional.ofNullable(libraries.get(name));
  }
}
