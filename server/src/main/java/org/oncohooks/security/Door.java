package org.oncohooks.security;

/** Decides who may come in, before a request's body is read. Thread-safe. */
@FunctionalInterface
public interface Door {

  Admission admit(RequestHead head);

  /** Counts a call that was let in as so many more, because of what it brought. */
  default void charge(Caller caller, long calls) {}

  /** A door that stands open. */
  static Door open() {
    Admission anyone = new Admission.Admitted(Caller.anyone());
    return head -> anyone;
  }
}
