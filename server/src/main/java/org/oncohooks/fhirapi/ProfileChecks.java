package org.oncohooks.fhirapi;

import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.oncohooks.Problem;
import org.oncohooks.ProblemCategory;
import org.oncohooks.ProblemException;
import org.oncohooks.records.ResourceCheck;

/**
 * Makes the check of profiles. HAPI's validator is as large as all other libraries together and
 * most sites don't need it, so it lies in a folder of its own and is loaded when it is asked for.
 */
public interface ProfileChecks {

  /**
   * @param packages FHIR packages (.tgz) with profiles, value sets and code systems besides those
   *     of FHIR R4
   * @throws ProblemException {@code INCORRECT} if one of them can't be read
   */
  ResourceCheck of(List<Path> packages);

  /**
   * @param folder libraries of the validator, and packages
   * @throws ProblemException {@code INCORRECT} if the validator is not there or a package can't be
   *     read
   */
  static ResourceCheck in(Path folder) {
    ClassLoader loader =
        new URLClassLoader(
            "profiles",
            files(folder, ".jar").stream().map(ProfileChecks::url).toArray(URL[]::new),
            new Shared());
    List<Path> packages = files(folder, ".tgz");
    ResourceCheck check = within(loader, () -> validator(loader, folder).of(packages));
    return (resource, place) ->
        within(
            loader,
            () -> {
              check.check(resource, place);
              return check;
            });
  }

  /**
   * What the folder's classes see of the service's: what they are called by. HAPI and all that it
   * needs is the folder's own, since HAPI looks for other versions of FHIR beside itself.
   */
  final class Shared extends ClassLoader {

    private static final List<String> PACKAGES =
        List.of(
            "org.oncohooks.",
            "com.fasterxml.jackson.core.",
            "com.fasterxml.jackson.databind.",
            "com.fasterxml.jackson.annotation.",
            "org.slf4j.");
    private static final String OWN = "org.oncohooks.profiles.";

    private Shared() {
      super(ClassLoader.getPlatformClassLoader());
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
      if (PACKAGES.stream().anyMatch(name::startsWith) && !name.startsWith(OWN)) {
        return ProfileChecks.class.getClassLoader().loadClass(name);
      }
      throw new ClassNotFoundException(name);
    }
  }

  private static ProfileChecks validator(ClassLoader loader, Path folder) {
    return ServiceLoader.load(ProfileChecks.class, loader)
        .findFirst()
        .orElseThrow(
            () ->
                Problem.of(
                        ProblemCategory.INCORRECT,
                        "validator-not-there",
                        "--validate-profiles: the validator is not in "
                            + folder
                            + "; ./mvnw -pl profiles -am package -DskipTests leaves it in"
                            + " profiles/target/dist.")
                    .asException());
  }

  /** HAPI looks for some of its parts by the thread's class loader. */
  private static <T> T within(ClassLoader loader, Supplier<T> work) {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(loader);
    try {
      return work.get();
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  private static List<Path> files(Path folder, String ending) {
    try (Stream<Path> files = Files.list(folder)) {
      return new ArrayList<>(
          files.filter(file -> file.toString().endsWith(ending)).sorted().toList());
    } catch (IOException e) {
      throw Problem.of(
              ProblemCategory.INCORRECT,
              "validator-not-there",
              "--validate-profiles: the folder " + folder + " can't be read.")
          .asException(e);
    }
  }

  private static URL url(Path file) {
    try {
      return file.toUri().toURL();
    } catch (MalformedURLException e) {
      throw new IllegalStateException("a file has a URL", e);
    }
  }
}
