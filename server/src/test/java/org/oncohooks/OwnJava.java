package org.oncohooks;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Command lines that run a class of ours in a process of its own, by the Java that runs the tests.
 */
public final class OwnJava {

  private OwnJava() {}

  /**
   * @param main a class with a main method
   * @param options of the JVM
   * @return may be added to: what follows are arguments of the class
   */
  public static List<String> command(Class<?> main, String... options) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(options));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    return command;
  }
}
