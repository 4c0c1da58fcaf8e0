package org.oncohooks.app;

import java.util.Comparator;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.oncohooks.Problem;
import org.oncohooks.ProblemCategory;
import org.oncohooks.ProblemException;

/**
 * Variables of the environment that are named as if they were for this service. One that nobody
 * reads is a setting that somebody believes in, so the service does not start with it.
 */
final class OwnVariables {

  private static final String PREFIX = "ONCOHOOKS_";

  /** Read by the service. */
  private static final Set<String> READ =
      Set.of(
          ConfigArguments.VARIABLE,
          DatabaseOptions.PASSWORD,
          HealthProbe.VARIABLE,
          "ONCOHOOKS_JAVA_OPTS");

  /** Read by what is around it: the compose file, and the script that tries the image. */
  private static final Set<String> AROUND = Set.of("ONCOHOOKS_IMAGE", "ONCOHOOKS_TRY_PORT");

  /** Kubernetes sets such for each of its services, and one may well be named oncohooks. */
  private static final Pattern OF_A_PLATFORM =
      Pattern.compile(
          "ONCOHOOKS_([A-Z0-9_]+_)?"
              + "(SERVICE_HOST|SERVICE_PORT(_[A-Z0-9_]+)?"
              + "|PORT(_\\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)?)");

  private static final Pattern ADDRESS = Pattern.compile("(tcp|udp|sctp)://.*");

  private OwnVariables() {}

  /**
   * @param named by the configuration file, in <code>${}</code>
   * @throws ProblemException {@code INCORRECT} naming the first that nobody reads, and the nearest
   *     that is read
   */
  static void requireKnown(Map<String, String> environment, Set<String> named) {
    new TreeMap<>(environment)
        .forEach(
            (name, value) -> {
              if (name.startsWith(PREFIX)
                  && !READ.contains(name)
                  && !AROUND.contains(name)
                  && !named.contains(name)
                  && !isOfAPlatform(name, value)) {
                throw unknown(name);
              }
            });
  }

  private static boolean isOfAPlatform(String name, String value) {
    return OF_A_PLATFORM.matcher(name).matches()
        && (!name.endsWith("_PORT") || name.contains("_SERVICE_") || isAddress(name, value));
  }

  private static boolean isAddress(String name, String value) {
    return ADDRESS.matcher(value).matches()
        || name.matches(".*_\\d+_(TCP|UDP|SCTP)_PORT") && value.matches("\\d{1,5}");
  }

  private static ProblemException unknown(String name) {
    String nearest =
        new TreeSet<>(READ)
            .stream().max(Comparator.comparing(known -> alike(known, name))).orElseThrow();
    return Problem.of(
            ProblemCategory.INCORRECT,
            "environment-unknown",
            "The environment sets "
                + name
                + ", which the service does not read; the nearest that it reads is "
                + nearest
                + ". Options are set on the command line or in the configuration file, where"
                + " ${NAME} takes a value from the environment. Mend the name or unset it.")
        .asException();
  }

  /** How many characters two names share at their beginning and at their end. */
  private static int alike(String one, String other) {
    int most = Math.min(one.length(), other.length());
    int begin = 0;
    while (begin < most && one.charAt(begin) == other.charAt(begin)) {
      begin++;
    }
    int end = 0;
    while (end < most - begin
        && one.charAt(one.length() - 1 - end) == other.charAt(other.length() - 1 - end)) {
      end++;
    }
    return begin + end;
  }
}
