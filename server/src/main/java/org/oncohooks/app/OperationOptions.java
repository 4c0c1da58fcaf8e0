package org.oncohooks.app;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Optional;
import org.oncohooks.http.TlsFiles;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** How operators reach and watch the service. */
final class OperationOptions {

  /** How log lines are written. */
  enum LogFormat {
    text,
    json
  }

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Option(
      names = "--tls-certificate",
      paramLabel = "FILE",
      description =
          "PEM file of this listener's certificate and those between it and its root; read again"
              + " when it changes (default: plain HTTP)")
  private Path certificate;

  @Option(
      names = "--tls-key",
      paramLabel = "FILE",
      description = "PEM file of the certificate's private key, PKCS #8, without a password")
  private Path key;

  @Option(
      names = "--admin-port",
      paramLabel = "PORT",
      description =
          "TCP port for operators: /metrics, /health/details, POST /admin/reload; nobody is asked"
              + " who they are there; 0 = any free one (default: none)")
  private Integer adminPort;

  @Option(
      names = "--admin-bind",
      paramLabel = "ADDRESS",
      defaultValue = "127.0.0.1",
      description = "address to listen on for operators (default: ${DEFAULT-VALUE})")
  private String adminHost;

  @Option(
      names = "--log-format",
      paramLabel = "FORMAT",
      defaultValue = "text",
      description = "text or json, a line each, on standard error (default: ${DEFAULT-VALUE})")
  private LogFormat logFormat;

  @Option(
      names = "--otlp-endpoint",
      paramLabel = "URL",
      description =
          "OpenTelemetry collector that gets traces by OTLP over HTTP, such as"
              + " http://127.0.0.1:4318 (default: none)")
  private String collector;

  Operations operations() {
    if ((certificate == null) != (key == null)) {
      throw refuse("give --tls-certificate and --tls-key together");
    }
    if (adminPort != null && (adminPort < 0 || adminPort > 65_535)) {
      throw refuse("--admin-port has to be 0 to 65535");
    }
    Needs.oneOf(command, "--admin-bind", "--admin-port");
    if (adminHost.isBlank()) {
      throw refuse("--admin-bind is blank; name an address of this machine");
    }
    return new Operations(
        Optional.ofNullable(certificate).map(file -> new TlsFiles(file, key)),
        Optional.ofNullable(adminPort).map(port -> new Operations.Listen(adminHost, port)),
        logFormat == LogFormat.json,
        Optional.ofNullable(collector).map(this::url));
  }

  private URI url(String text) {
    try {
      URI url = new URI(text);
      boolean web = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
      if (web && url.getHost() != null && url.getUserInfo() == null && url.getQuery() == null) {
        return url;
      }
    } catch (URISyntaxException e) {
      throw refuse("--otlp-endpoint has to be an http or https URL");
    }
    throw refuse("--otlp-endpoint has to be an http or https URL without user and query");
  }

  private ParameterException refuse(String message) {
    return new ParameterException(command.commandLine(), message);
  }
}
