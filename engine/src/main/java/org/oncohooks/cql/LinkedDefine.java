package org.oncohooks.cql;

import org.opencds.cqf.cql.engine.runtime.Value;

/** A define or a parameter's default, linked when it is first asked for. Shared by all threads. */
final class LinkedDefine {

  private final int index;
  private final String name;
  private final java.util.function.Supplier<Body> link;
  private volatile Body body;

  /**
   * @param slots how many variables the expression needs at most
   */
  record Body(Step step, int slots) {}

  /**
   * @param index its place among the values of an {@link Activation}
   * @param link may be called by several threads, with equal results
   */
  LinkedDefine(int index, String name, java.util.function.Supplier<Body> link) {
    this.index = index;
    this.name = name;
    this.link = link;
  }

  int index() {
    return index;
  }

  String name() {
    return name;
  }

  Value run(Activation activation) {
    Body linked = body;
    if (linked == null) {
      linked = link.get();
      body = linked;
    }
    return linked.step().run(new Frame(activation, linked.slots()));
  }
}
