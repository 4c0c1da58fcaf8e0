package org.oncohooks.knowledge;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.oncohooks.cql.CqlProgram;
import org.oncohooks.cql.CqlRecorder;
import org.oncohooks.cql.CqlSource;

/**
 * One checked, immutable version of the content. A call takes the current snapshot once and holds
 * it to the end, so that a reload can't tear it. Thread-safe.
 */
public final class Knowledge {

  private final String version;
  private final Map<String, Service> services;
  private final Map<String, List<ObjectNode>> resources;
  private final Map<String, CqlSource> sources;
  private final CqlProgram program;
  private final Displays displays;

  Knowledge(
      String version,
      Map<String, Service> services,
      Map<String, List<ObjectNode>> resources,
      Map<String, CqlSource> sources,
      CqlProgram program) {
    this.sources = sources;
    this.version = version;
    this.services = services;
    this.resources = resources;
    this.program = program;
    this.displays = new Displays(resources, program);
  }

  /** Names this content: the first 12 hexadecimal digits of a SHA-256 over all its files. */
  public String version() {
    return version;
  }

  /** The services, sorted by id. */
  public Collection<Service> services() {
    return services.values();
  }

  public Optional<Service> service(String id) {
    return Optional.ofNullable(services.get(id));
  }

  /**
   * The knowledge resources as FHIR R4 JSON, by resource type; Library resources carry their CQL as
   * {@code text/cql} content. Not to be changed.
   */
  public Map<String, List<ObjectNode>> resources() {
    return resources;
  }

  /** The compiled CQL. */
  public CqlProgram program() {
    return program;
  }

  /** What the content calls its codes and how it puts its questions. */
  public Displays displays() {
    return displays;
  }

  /** The content's CQL files by the name of their library. */
  public Map<String, CqlSource> sources() {
    return sources;
  }

  /** The same content, of whose evaluations a recorder is told: {@link CqlProgram#recording}. */
  public Knowledge recording(CqlRecorder recorder) {
    return new Knowledge(version, services, resources, sources, program.recording(recorder));
  }

  /** The same content with one more library, for {@link Scratchpad}. */
  Knowledge beside(CqlSource source, CqlProgram extended) {
    Map<String, CqlSource> all = new HashMap<>(sources);
    all.put(source.name(), source);
    return new Knowledge(version, services, resources, Map.copyOf(all), extended);
  }
}
