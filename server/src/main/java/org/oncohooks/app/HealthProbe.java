package org.oncohooks.app;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;

/**
 * Asks a running service whether it is alive, for containers that hold nothing else which could
 * ask. Exit code 0 if it answers 200, else 1.
 */
public final class HealthProbe {

  private static final String USUAL = "http://127.0.0.1:8080/health/live";
  private static final int PATIENCE = 3_000;

  private HealthProbe() {}

  /**
   * @param arguments the URL to ask; none = the usual port's
   */
  public static void main(String[] arguments) {
    System.exit(answers(arguments.length > 0 ? arguments[0] : USUAL) ? 0 : 1);
  }

  private static boolean answers(String url) {
    try {
      HttpURLConnection connection = (HttpURLConnection) URI.create(url).toURL().openConnection();
      connection.setConnectTimeout(PATIENCE);
      connection.setReadTimeout(PATIENCE);
      return connection.getResponseCode() == 200;
    } catch (IOException e) {
      return false;
    }
  }
}
