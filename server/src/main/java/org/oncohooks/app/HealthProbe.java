package org.oncohooks.app;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Asks a running service whether it is alive, for containers that hold nothing else which could
 * ask. Exit code 0 if it answers 200, else 1.
 */
public final class HealthProbe {

  /** Names the URL to ask, where the service listens with TLS or on another port. */
  static final String VARIABLE = "ONCOHOOKS_HEALTH_URL";

  static final String USUAL = "http://127.0.0.1:8080/health/live";
  private static final int PATIENCE = 3_000;

  private HealthProbe() {}

  /**
   * @param arguments the URL to ask; none = the environment's, else the usual port's
   */
  public static void main(String[] arguments) {
    String url =
        arguments.length > 0
            ? arguments[0]
            : Optional.ofNullable(System.getenv(VARIABLE)).orElse(USUAL);
    System.exit(answers(url) ? 0 : 1);
  }

  static boolean answers(String url) {
    try {
      URI place = URI.create(url);
      HttpURLConnection connection = (HttpURLConnection) place.toURL().openConnection();
      connection.setConnectTimeout(PATIENCE);
      connection.setReadTimeout(PATIENCE);
      if (connection instanceof HttpsURLConnection tls
          && InetAddress.getByName(place.getHost()).isLoopbackAddress()) {
        believe(tls);
      }
      return connection.getResponseCode() == 200;
    } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
      return false;
    }
  }

  /** The certificate is made out to the name by which callers know this very machine. */
  private static void believe(HttpsURLConnection connection) throws GeneralSecurityException {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[] {new AnyCertificate()}, null);
    connection.setSSLSocketFactory(context.getSocketFactory());
    connection.setHostnameVerifier((host, session) -> true);
  }

  private static final class AnyCertificate extends X509ExtendedTrustManager {

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
