package org.oncohooks.hooks;

import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Map;
import java.util.function.Supplier;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** A TLS socket with a certificate that it signed itself, and who trusts it. */
final class UntrustedTls {

  private static final String PASSWORD = "changeit";

  private UntrustedTls() {}

  static ServerSocket listen() throws Exception {
    Path folder = Files.createTempDirectory("tls");
    ServerSocket socket = listen("dns:localhost", folder.resolve("trusted.p12"));
    Files.delete(folder.resolve("trusted.p12"));
    Files.delete(folder);
    return socket;
  }

  /** What is made meanwhile trusts the certificates of a key store, and no others. */
  static <T> T trusting(Path keyStore, Supplier<T> made) {
    Map<String, String> trust =
        Map.of(
            "javax.net.ssl.trustStore",
            keyStore.toString(),
            "javax.net.ssl.trustStoreType",
            "PKCS12",
            "javax.net.ssl.trustStorePassword",
            PASSWORD);
    trust.forEach(System::setProperty);
    try {
      return made.get();
    } finally {
      trust.keySet().forEach(System::clearProperty);
    }
  }

  /**
   * @param name of the host in the certificate, as keytool writes it
   * @param trusted key store that is written, in which the certificate is
   */
  static ServerSocket listen(String name, Path trusted) throws Exception {
    Path folder = Files.createTempDirectory("tls");
    Path file = folder.resolve("keys.p12");
    int made =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "ehr",
                "-keyalg",
                "EC",
                "-dname",
                "CN=ehr",
                "-ext",
                "san=" + name,
                "-storetype",
                "PKCS12",
                "-storepass",
                PASSWORD,
                "-keystore",
                file.toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start()
            .waitFor();
    if (made != 0) {
      throw new IllegalStateException("keytool made no key");
    }
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      keys.load(in, PASSWORD.toCharArray());
    }
    KeyStore trust = KeyStore.getInstance("PKCS12");
    trust.load(null, null);
    trust.setCertificateEntry("ehr", keys.getCertificate("ehr"));
    try (OutputStream out = Files.newOutputStream(trusted)) {
      trust.store(out, PASSWORD.toCharArray());
    }
    Files.delete(file);
    Files.delete(folder);
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(keys, PASSWORD.toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    return context
        .getServerSocketFactory()
        .createServerSocket(0, 20, InetAddress.getByName("127.0.0.1"));
  }
}
