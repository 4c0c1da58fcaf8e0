package org.oncohooks.benchmarks;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntPredicate;

/** Sends hook calls to one server and takes what they cost it. */
final class ServerLoad {

  private final ServerProcess server;
  private final List<HookCall> calls;

  /**
   * @param calls one for each service
   */
  ServerLoad(ServerProcess server, List<HookCall> calls) {
    this.server = server;
    this.calls = calls;
  }

  /** Rounds of requests of one service after the other on one connection, by the order of calls. */
  List<List<Round>> rounds(int rounds, int requests) throws IOException {
    List<List<Round>> measured = new ArrayList<>();
    calls.forEach(call -> measured.add(new ArrayList<>()));
    try (Connection connection = new Connection(server.port())) {
      for (int round = 0; round < rounds; round++) {
        for (int i = 0; i < calls.size(); i++) {
          byte[] request = Connection.post(calls.get(i));
          Duration before = server.use().cpu();
          ask(connection, request, requests);
          measured.get(i).add(new Round(requests, server.use().cpu().minus(before)));
        }
      }
    }
    return measured;
  }

  /** Bytes allocated for a request, by the order of calls. */
  List<Long> allocated(int requests) throws IOException {
    List<Long> measured = new ArrayList<>();
    try (AllocationMeter meter = AllocationMeter.attach(server.pid());
        Connection connection = new Connection(server.port())) {
      for (HookCall call : calls) {
        byte[] request = Connection.post(call);
        ask(connection, request, requests / 10 + 1);
        long before = meter.allocated();
        ask(connection, request, requests);
        measured.add((meter.allocated() - before) / requests);
      }
    }
    return measured;
  }

  /** Calls the services in turn on two connections; gives the number of requests answered. */
  int answer(int requests) throws IOException {
    return together(2, answered -> answered < requests / 2);
  }

  /** Keeps some connections busy with the services in turn. */
  Throughput throughput(int connections, Duration time) throws IOException {
    Duration before = server.use().cpu();
    long begin = System.nanoTime();
    int answered =
        together(connections, count -> count == 0 || System.nanoTime() - begin < time.toNanos());
    double seconds = (System.nanoTime() - begin) / 1e9;
    Round round = new Round(answered, server.use().cpu().minus(before));
    return new Throughput(connections, answered / seconds, round.cpuMillis());
  }

  /**
   * @param goesOn whether a connection that has got so many answers asks again
   */
  private int together(int connections, IntPredicate goesOn) throws IOException {
    ExecutorService threads = Executors.newFixedThreadPool(connections);
    try {
      List<Callable<Integer>> callers = Collections.nCopies(connections, () -> inTurn(goesOn));
      int answered = 0;
      for (Future<Integer> caller : threads.invokeAll(callers)) {
        answered += caller.get();
      }
      return answered;
    } catch (ExecutionException e) {
      throw new IOException("a connection failed", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      threads.shutdownNow();
    }
  }

  private int inTurn(IntPredicate goesOn) throws IOException {
    List<byte[]> requests = calls.stream().map(Connection::post).toList();
    try (Connection connection = new Connection(server.port())) {
      int answered = 0;
      while (goesOn.test(answered)) {
        for (byte[] request : requests) {
          connection.ask(request);
          answered++;
        }
      }
      return answered;
    }
  }

  private static void ask(Connection connection, byte[] request, int times) throws IOException {
    for (int i = 0; i < times; i++) {
      connection.ask(request);
    }
  }
}
