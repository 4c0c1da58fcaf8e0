package org.oncohooks.cql;

import java.util.Map;
import org.opencds.cqf.cql.engine.exception.CqlException;
import org.opencds.cqf.cql.engine.execution.State;
import org.opencds.cqf.cql.engine.runtime.Value;

/**
 * What one patient's evaluation has found so far: each define's value, computed once. One thread.
 */
final class Activation {

  private enum Progress {
    RUNNING,
    DONE
  }

  private final Value[] values;
  private final Progress[] progress;
  private final Map<String, Value> parameters;
  private final Budget budget;
  private final CqlRecorder recorder;
  private CqlWorker worker;

  /**
   * @param recorder null unless the steps are recorded ones
   */
  Activation(int defines, Map<String, Value> parameters, Budget budget, CqlRecorder recorder) {
    this.values = new Value[defines];
    this.progress = new Progress[defines];
    this.parameters = parameters;
    this.budget = budget;
    this.recorder = recorder;
  }

  void use(CqlWorker newWorker) {
    worker = newWorker;
  }

  CqlWorker worker() {
    return worker;
  }

  /** For the engine's operators, which ask it for the time zone and for types. */
  State state() {
    return worker.state();
  }

  Budget budget() {
    return budget;
  }

  CqlRecorder recorder() {
    return recorder;
  }

  /** Values of parameters that were set, by name; the others have their defaults. */
  Map<String, Value> parameters() {
    return parameters;
  }

  Value define(LinkedDefine define) {
    int index = define.index();
    if (progress[index] == Progress.DONE) {
      return values[index];
    }
    if (progress[index] == Progress.RUNNING) {
      throw new CqlException("A define refers to itself: " + define.name());
    }
    progress[index] = Progress.RUNNING;
    try {
      values[index] = define.run(this);
      progress[index] = Progress.DONE;
      return values[index];
    } finally {
      if (progress[index] != Progress.DONE) {
        progress[index] = null;
      }
    }
  }
}
