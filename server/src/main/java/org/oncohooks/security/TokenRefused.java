package org.oncohooks.security;

/** Ends the work on a token. Cheap, as hostile callers raise it: it has no trace. */
final class TokenRefused extends Exception {

  private static final long serialVersionUID = 1L;

  private final TokenFault fault;

  TokenRefused(TokenFault fault) {
    super(fault.code(), null, false, false);
    this.fault = fault;
  }

  TokenFault fault() {
    return fault;
  }
}
