package org.oncohooks.app;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.rest.annotation.OptionalParam;
import ca.uhn.fhir.rest.annotation.RequiredParam;
import ca.uhn.fhir.rest.annotation.Search;
import ca.uhn.fhir.rest.api.server.IBundleProvider;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.param.ReferenceParam;
import ca.uhn.fhir.rest.param.TokenOrListParam;
import ca.uhn.fhir.rest.param.TokenParam;
import ca.uhn.fhir.rest.server.FifoMemoryPagingProvider;
import ca.uhn.fhir.rest.server.RestfulServer;
import ca.uhn.fhir.rest.server.SimpleBundleProvider;
import ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException;
import ca.uhn.fhir.rest.server.provider.HashMapResourceProvider;
import ca.uhn.fhir.rest.server.servlet.ServletRequestDetails;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.component.LifeCycle;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Base;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;

/**
 * HAPI's plain server with its own providers in memory, parsers, pages and errors, over a socket:
 * nothing of the product's. It searches as it is asked by prefetch, and by nothing else.
 */
final class HapiServer implements AutoCloseable {

  /** Fewer than most charts have observations. */
  static final int PAGE = 7;

  private static final Map<String, List<String>> ELEMENTS =
      Map.of(
          "patient", List.of("patient", "subject"),
          "code", List.of("code", "medication"),
          "category", List.of("category"),
          "service-type", List.of("serviceType"));

  private final FhirContext context = FhirContext.forR4Cached();
  private final Map<String, Shelf<?>> shelves = new HashMap<>();
  private final Map<String, BaseServerResponseException> failing = new ConcurrentHashMap<>();
  private final Queue<String> asked = new ConcurrentLinkedQueue<>();
  private final Server jetty;
  private volatile boolean forgetful;

  /**
   * @param patients folder of transaction bundles, one a patient
   * @param types that it has
   */
  HapiServer(Path patients, Set<String> types) throws Exception {
    for (String type : types) {
      shelves.put(
          type, new Shelf<>(context, context.getResourceDefinition(type).getImplementingClass()));
    }
    try (Stream<Path> files = Files.list(patients)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".json")).toList()) {
        context
            .newJsonParser()
            .parseResource(Bundle.class, Files.readString(file))
            .getEntry()
            .stream()
            .map(Bundle.BundleEntryComponent::getResource)
            .filter(resource -> types.contains(resource.fhirType()))
            .forEach(resource -> shelves.get(resource.fhirType()).put(resource));
      }
    }
    jetty = new Server(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    ServletContextHandler handler = new ServletContextHandler();
    ServletHolder plain = new ServletHolder(new Plain());
    plain.setInitOrder(0); // at the start, not while the first call waits
    handler.addServlet(plain, "/fhir/*");
    jetty.setHandler(handler);
    jetty.start();
  }

  URI base() {
    return URI.create("http://127.0.0.1:" + jetty.getURI().getPort() + "/fhir");
  }

  /** What was asked since this was called last, as path and query. */
  List<String> asked() {
    List<String> all = List.copyOf(asked);
    asked.clear();
    return all;
  }

  /** Searches of a type end in this, until {@link #recover}. */
  void fail(String type, BaseServerResponseException with) {
    failing.put(type, with);
  }

  /** Knows no search any more when its second page is asked for, until {@link #recover}. */
  void forget() {
    forgetful = true;
  }

  void recover() {
    failing.clear();
    forgetful = false;
  }

  @Override
  public void close() {
    LifeCycle.stop(jetty);
  }

  private final class Plain extends RestfulServer {

    private static final long serialVersionUID = 1L;

    Plain() {
      super(HapiServer.this.context);
      registerProviders(shelves.values());
      FifoMemoryPagingProvider pages =
          new FifoMemoryPagingProvider(1000) {
            @Override
            public synchronized IBundleProvider retrieveResultList(
                RequestDetails request, String id) {
              return forgetful ? null : super.retrieveResultList(request, id);
            }
          };
      pages.setDefaultPageSize(PAGE);
      pages.setMaximumPageSize(PAGE);
      setPagingProvider(pages);
    }

    @Override
    protected void validateRequest(ServletRequestDetails request) {
      asked.add(request.getCompleteUrl());
      super.validateRequest(request);
    }
  }

  /** What HAPI calls for one type. */
  public final class Shelf<T extends IBaseResource> extends HashMapResourceProvider<T> {

    private final Class<T> model;

    Shelf(FhirContext context, Class<T> model) {
      super(context, model);
      this.model = model;
    }

    void put(Resource resource) {
      store(model.cast(resource));
    }

    @Search
    public IBundleProvider prefetched(
        @RequiredParam(name = "patient") ReferenceParam patient,
        @OptionalParam(name = "code") TokenOrListParam code,
        @OptionalParam(name = "category") TokenOrListParam category,
        @OptionalParam(name = "service-type") TokenOrListParam serviceType) {
      Optional.ofNullable(failing.get(model.getSimpleName()))
          .ifPresent(
              failure -> {
                throw failure;
              });
      List<IBaseResource> found =
          getAllResources().stream()
              .filter(resource -> isAbout(resource, patient.getIdPart()))
              .filter(resource -> has(resource, "code", code))
              .filter(resource -> has(resource, "category", category))
              .filter(resource -> has(resource, "service-type", serviceType))
              .<IBaseResource>map(resource -> resource)
              .toList();
      return new SimpleBundleProvider(found);
    }
  }

  private static Stream<Base> elements(IBaseResource resource, String parameter) {
    return ELEMENTS.get(parameter).stream()
        .map(name -> ((Base) resource).listChildrenByName(name, false))
        .flatMap(found -> Stream.ofNullable(found).flatMap(Arrays::stream))
        .filter(Objects::nonNull);
  }

  private static boolean isAbout(IBaseResource resource, String patient) {
    return elements(resource, "patient")
        .anyMatch(
            element ->
                element instanceof Reference reference
                    && reference.getReferenceElement().getIdPart().equals(patient));
  }

  private static boolean has(IBaseResource resource, String parameter, TokenOrListParam tokens) {
    return tokens == null
        || elements(resource, parameter)
            .filter(CodeableConcept.class::isInstance)
            .flatMap(element -> ((CodeableConcept) element).getCoding().stream())
            .anyMatch(
                coding -> tokens.getValuesAsQueryTokens().stream().anyMatch(t -> is(coding, t)));
  }

  private static boolean is(Coding coding, TokenParam token) {
    return coding.getCode().equals(token.getValue())
        && (token.getSystem() == null || token.getSystem().equals(coding.getSystem()));
  }
}
