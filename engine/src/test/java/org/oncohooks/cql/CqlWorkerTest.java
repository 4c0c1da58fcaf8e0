package org.oncohooks.cql;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Engines are lent to one evaluation at a time, and used again. */
class CqlWorkerTest {

  private final Cql cql = Cql.of("define X: 1");

  @Test
  void lendsTheSameEngineAgain() {
    CqlWorker worker = cql.program().borrow();
    cql.program().giveBack(worker);
    assertThat(cql.program().borrow()).isSameAs(worker);
    assertThat(cql.program().borrow()).isNotSameAs(worker);
  }
}
