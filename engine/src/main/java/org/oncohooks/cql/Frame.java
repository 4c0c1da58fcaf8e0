package org.oncohooks.cql;

import org.opencds.cqf.cql.engine.runtime.Value;

/** The variables of one define or one call of a function: operands, aliases and lets, by slot. */
final class Frame {

  final Activation activation;
  final Value[] slots;

  Frame(Activation activation, int slots) {
    this.activation = activation;
    this.slots = new Value[slots];
  }
}
