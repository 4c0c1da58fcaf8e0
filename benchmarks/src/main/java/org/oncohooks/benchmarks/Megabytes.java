package org.oncohooks.benchmarks;

/** Bytes in a larger unit: 1 MB is 2^20 bytes, 1 KB is 2^10. */
final class Megabytes {

  private Megabytes() {}

  static double of(long bytes) {
    return bytes / 1048576.0;
  }

  static double kilobytes(long bytes) {
    return bytes / 1024.0;
  }
}
