package org.oncohooks.benchmarks;

import java.util.List;
import java.util.OptionalLong;

/**
 * Everything that one run measured. Lists go by the order of the calls.
 *
 * @param machine on what
 * @param calls what was sent
 * @param warmedUp requests answered before the first measured one
 * @param server the server over HTTP
 * @param deciding of it, the thread that reads, decides and renders: CPU milliseconds a request
 * @param applies recommendations that apply
 * @param usual the usual way
 * @param parsing of it, parsing into objects
 * @param floor the bare parse
 * @param throughputs by number of connections
 * @param warm starts with the archive of classes and the compiled CQL
 * @param cold starts with neither
 * @param residentPeak most memory of the server over all of its measurement, in bytes
 */
record Results(
    String machine,
    List<HookCall> calls,
    int warmedUp,
    List<Cost> server,
    List<Double> deciding,
    List<Integer> applies,
    List<Cost> usual,
    List<Cost> parsing,
    List<Cost> floor,
    List<Throughput> throughputs,
    Start warm,
    Start cold,
    OptionalLong residentPeak) {}
