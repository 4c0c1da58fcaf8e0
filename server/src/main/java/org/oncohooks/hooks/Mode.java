package org.oncohooks.hooks;

/** What the service may be told by a request beyond what CDS Hooks defines. */
public enum Mode {
  /** A request may set the evaluation instant and the CQL parameters. */
  DEVELOPMENT,
  /** It may not. */
  PRODUCTION
}
