package org.oncohooks.http;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.Base64;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A certificate for localhost, signed by itself, as PEM files. */
public record TestCertificate(String certificate, String key, X509Certificate parsed) {

  private static final String PASSWORD = "changeit";

  /**
   * @param kind EC, RSA or Ed25519
   */
  public static TestCertificate make(String kind, Path scratch) throws Exception {
    return make(kind, scratch, 90);
  }

  /**
   * @param days until it ends
   */
  public static TestCertificate make(String kind, Path scratch, int days) throws Exception {
    Path file = Files.createTempFile(scratch, "keys", ".p12");
    Files.delete(file);
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "here",
                "-keyalg",
                kind,
                "-validity",
                Integer.toString(days),
                "-dname",
                "CN=localhost",
                "-ext",
                "san=dns:localhost,ip:127.0.0.1",
                "-storetype",
                "PKCS12",
                "-storepass",
                PASSWORD,
                "-keystore",
                file.toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    if (keytool.waitFor() != 0) {
      throw new IllegalStateException("keytool made no key");
    }
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      keys.load(in, PASSWORD.toCharArray());
    }
    X509Certificate made = (X509Certificate) keys.getCertificate("here");
    return new TestCertificate(
        pem("CERTIFICATE", made.getEncoded()),
        pem("PRIVATE KEY", keys.getKey("here", PASSWORD.toCharArray()).getEncoded()),
        made);
  }

  private static String pem(String what, byte[] der) {
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
        .formatted(what, Base64.getMimeEncoder(64, new byte[] {10}).encodeToString(der), what);
  }

  /** Puts both files in place, each at once. */
  public TlsFiles writeTo(Path folder) throws Exception {
    TlsFiles files = new TlsFiles(folder.resolve("tls.crt"), folder.resolve("tls.key"));
    replace(files.certificate(), certificate);
    replace(files.key(), key);
    return files;
  }

  static void replace(Path file, String text) throws Exception {
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    Files.writeString(fresh, text);
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Trusts these certificates and no others. */
  public static SSLContext trusting(TestCertificate... trusted) throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    for (int i = 0; i < trusted.length; i++) {
      store.setCertificateEntry("trusted" + i, trusted[i].parsed());
    }
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }
}
