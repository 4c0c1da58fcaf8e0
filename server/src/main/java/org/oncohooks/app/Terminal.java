package org.oncohooks.app;

import java.io.Console;

/** Whether somebody reads along. */
final class Terminal {

  private Terminal() {}

  /**
   * Whether standard input and output are a terminal. From Java 22 on there is a console without
   * one, which tells; before, a console is one.
   */
  static boolean isThere() {
    Console console = System.console();
    if (console == null) {
      return false;
    }
    try {
      return (boolean) Console.class.getMethod("isTerminal").invoke(console);
    } catch (NoSuchMethodException e) {
      return true;
    } catch (ReflectiveOperationException e) {
      return false;
    }
  }
}
