package org.oncohooks.app;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** What the CQL engine has to say may quote the patient, and never reaches the log. */
class QuietEngineTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "MessageEvaluator",
        "CqlEngine",
        "DebugUtilities",
        "FunctionRefEvaluator",
        "GreaterEvaluator",
        "ParameterRefEvaluator",
        "TypeChecker",
        "org.opencds.cqf.cql.engine.execution.CqlEngine",
        "org.cqframework.cql.cql2elm.CqlCompiler"
      })
  void saysNothing(String logger) {
    assertThat(LoggerFactory.getLogger(logger).isErrorEnabled()).isFalse();
  }
}
