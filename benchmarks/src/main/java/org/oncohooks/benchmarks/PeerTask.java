package org.oncohooks.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a peer is asked to do, as the arguments of its process.
 *
 * @param home root of the checkout
 * @param folder holds the body of each service's request, {@code <service>.json}
 * @param services ids of the services
 * @param warmup turns over all of the work before it is measured
 * @param requests in a round
 */
record PeerTask(Path home, Path folder, List<String> services, int warmup, int requests) {

  static PeerTask parse(String... arguments) {
    return new PeerTask(
        Path.of(arguments[0]),
        Path.of(arguments[1]),
        List.of(arguments[4].split(",")),
        Integer.parseInt(arguments[2]),
        Integer.parseInt(arguments[3]));
  }

  List<String> arguments() {
    return List.of(
        home.toString(),
        folder.toString(),
        Integer.toString(warmup),
        Integer.toString(requests),
        String.join(",", services));
  }

  /** The bodies by service. */
  Map<String, byte[]> bodies() throws IOException {
    Map<String, byte[]> bodies = new LinkedHashMap<>();
    for (String service : services) {
      bodies.put(service, Files.readAllBytes(folder.resolve(service + ".json")));
    }
    return bodies;
  }

  static void writeBodies(Path folder, List<HookCall> calls) throws IOException {
    for (HookCall call : calls) {
      Files.write(folder.resolve(call.service() + ".json"), call.body());
    }
  }

  Timing timing() {
    return new Timing(warmup, Options.ROUNDS, requests);
  }

  /** The names of costs, for one kind of work on each service. */
  static List<String> names(String kind, List<String> services) {
    List<String> names = new ArrayList<>();
    services.forEach(service -> names.add(name(kind, service)));
    return names;
  }

  static String name(String kind, String service) {
    return kind + "/" + service;
  }
}
