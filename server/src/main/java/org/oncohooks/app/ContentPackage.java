package org.oncohooks.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.oncohooks.Problem;
import org.oncohooks.ProblemCategory;
import org.oncohooks.ProblemException;
import org.oncohooks.cql.CqlSource;
import org.oncohooks.json.StrictJson;
import org.oncohooks.knowledge.ContentFiles;
import org.oncohooks.knowledge.Knowledge;

/**
 * The content as one FHIR package (FHIR NPM Packages, {@code hl7.org/fhir/packages.html}): {@code
 * package/package.json}, {@code package/.index.json} and a file a resource; Libraries carry their
 * CQL and ELM. Read back, the CQL is compiled anew and ELM is not looked at.
 */
final class ContentPackage {

  static final String NAME = "org.oncohooks.content";

  private static final String CQL = "text/cql";
  private static final String ELM = "application/elm+json";
  private static final String CANONICAL = "https://oncohooks.org";
  private static final long MAX_FILE = 16L << 20;
  private static final long MAX_ALL = 256L << 20;
  private static final Pattern FILE = Pattern.compile("package/[A-Za-z0-9_.\\-]{1,200}\\.json");
  private static final Pattern SOURCE =
      Pattern.compile("cql/([A-Za-z0-9_]{1,60}/){0,4}[A-Za-z0-9_]{1,60}\\.cql");
  private static final Pattern PART = Pattern.compile("[A-Za-z0-9\\-.]{1,64}");
  private static final ObjectMapper JSON = new ObjectMapper();

  private ContentPackage() {}

  /**
   * @param files of the content
   * @param knowledge the same, checked
   * @param version of the package
   */
  static void write(ContentFiles files, Knowledge knowledge, String version, OutputStream out)
      throws IOException {
    Map<String, ObjectNode> resources = new TreeMap<>();
    Map<String, CqlSource> sources = new TreeMap<>();
    files.sources().forEach(source -> sources.put(source.name(), source));
    for (ContentFiles.Resource resource : files.resources()) {
      ObjectNode json = resource.json().deepCopy();
      CqlSource source = sources.get(json.path("name").asText(""));
      if (resource.type().equals("Library") && source != null) {
        sources.remove(source.name());
        content(json, source, knowledge);
      }
      resources.put(resource.type() + "-" + resource.id() + ".json", json);
    }
    for (CqlSource source : sources.values()) {
      ObjectNode library = library(source, knowledge);
      content(library, source, knowledge);
      resources.put("Library-" + source.name() + ".json", library);
    }
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(new GZIPOutputStream(out))) {
      tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
      add(tar, "package/package.json", manifest(version, knowledge.version()));
      add(tar, "package/.index.json", index(resources));
      for (Map.Entry<String, ObjectNode> resource : resources.entrySet()) {
        add(tar, "package/" + resource.getKey(), resource.getValue());
      }
    }
  }

  private static ObjectNode library(CqlSource source, Knowledge knowledge) {
    ObjectNode library = JsonNodeFactory.instance.objectNode();
    library
        .put("resourceType", "Library")
        .put("id", source.name())
        .put("url", CANONICAL + "/Library/" + source.name())
        .put("version", knowledge.program().version(source.name()))
        .put("name", source.name())
        .put("status", "active");
    library
        .putObject("type")
        .putArray("coding")
        .addObject()
        .put("system", "http://terminology.hl7.org/CodeSystem/library-type")
        .put("code", "logic-library");
    return library;
  }

  private static void content(ObjectNode library, CqlSource source, Knowledge knowledge) {
    ArrayNode content = library.putArray("content");
    content
        .addObject()
        .put("contentType", CQL)
        .put("data", base64(source.text()))
        .put("title", source.file());
    content
        .addObject()
        .put("contentType", ELM)
        .put("data", base64(knowledge.program().elm(source.name())));
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private static ObjectNode manifest(String version, String content) {
    ObjectNode manifest = JsonNodeFactory.instance.objectNode();
    manifest
        .put("name", NAME)
        .put("version", version)
        .put("title", "OncoHooks content " + content)
        .put("description", "Clinical decision support for breast cancer: CQL and FHIR resources")
        .put("canonical", CANONICAL)
        .put("url", CANONICAL)
        .put("type", "IG")
        .put("author", "OncoHooks")
        .put("license", "Apache-2.0");
    manifest.putArray("fhirVersions").add("4.0.1");
    manifest.putObject("dependencies").put("hl7.fhir.r4.core", "4.0.1");
    return manifest;
  }

  private static ObjectNode index(Map<String, ObjectNode> resources) {
    ObjectNode index = JsonNodeFactory.instance.objectNode().put("index-version", 2);
    ArrayNode files = index.putArray("files");
    resources.forEach(
        (name, json) -> {
          ObjectNode file = files.addObject().put("filename", name);
          for (String member : new String[] {"resourceType", "id", "url", "version", "kind"}) {
            if (json.path(member).isTextual()) {
              file.put(member, json.path(member).textValue());
            }
          }
        });
    return index;
  }

  private static void add(TarArchiveOutputStream tar, String name, JsonNode json)
      throws IOException {
    byte[] bytes = JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(json);
    TarArchiveEntry entry = new TarArchiveEntry(name);
    entry.setSize(bytes.length);
    // the same content gives the same bytes
    entry.setModTime(0);
    tar.putArchiveEntry(entry);
    tar.write(bytes);
    tar.closeArchiveEntry();
  }

  /**
   * Lays a package out as a content folder.
   *
   * @param folder an empty one
   * @throws ProblemException {@code INCORRECT} if the file is no FHIR package, is larger than
   *     content can be, or names files outside
   */
  static void unpack(Path file, Path folder) {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file));
        TarArchiveInputStream tar = new TarArchiveInputStream(new GZIPInputStream(in))) {
      Files.createDirectories(folder.resolve("cql"));
      Files.createDirectories(folder.resolve("fhir-resources"));
      boolean manifest = false;
      long all = 0;
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        String name = entry.getName();
        manifest |= name.equals("package/package.json");
        boolean resource =
            entry.isFile()
                && FILE.matcher(name).matches()
                && !name.equals("package/package.json")
                && !name.equals("package/.index.json");
        if (resource) {
          byte[] bytes = tar.readNBytes((int) MAX_FILE + 1);
          all += bytes.length;
          if (bytes.length > MAX_FILE || all > MAX_ALL) {
            throw refuse("The package is larger than content can be, at " + name + ".");
          }
          resource(name, bytes, folder);
        }
      }
      if (!manifest) {
        throw refuse(file + " is no FHIR package: it has no package/package.json.");
      }
    } catch (IOException e) {
      throw refuse(file + " can't be read as a FHIR package (a gzipped tar file).");
    }
  }

  private static void resource(String name, byte[] bytes, Path folder) throws IOException {
    ObjectNode json;
    try {
      json = StrictJson.object(bytes);
    } catch (ProblemException e) {
      throw refuse(name + ": " + e.problem().text());
    }
    String type = json.path("resourceType").asText("");
    String id = json.path("id").asText("");
    if (!PART.matcher(type).matches() || !PART.matcher(id).matches()) {
      throw refuse(name + " is no FHIR resource with an id.");
    }
    if (type.equals("Library")) {
      for (JsonNode content : json.path("content")) {
        if (content.path("contentType").asText("").equals(CQL)) {
          cql(name, json, content, folder);
        }
      }
      json.remove("content");
    }
    Path target =
        folder
            .resolve("fhir-resources")
            .resolve(type.toLowerCase(java.util.Locale.ROOT))
            .resolve(type + "-" + id + ".json");
    Files.createDirectories(target.getParent());
    Files.write(target, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(json));
  }

  private static void cql(String name, ObjectNode library, JsonNode content, Path folder)
      throws IOException {
    String title = content.path("title").asText("");
    String own = library.path("name").asText("");
    String source =
        Optional.of(title).filter(t -> SOURCE.matcher(t).matches()).orElse("cql/" + own + ".cql");
    if (!SOURCE.matcher(source).matches()) {
      throw refuse(name + " has CQL, and its name can't be one of a library.");
    }
    try {
      Path target = folder.resolve(source);
      Files.createDirectories(target.getParent());
      Files.write(target, Base64.getMimeDecoder().decode(content.path("data").asText("")));
    } catch (IllegalArgumentException e) {
      throw refuse(name + " has CQL that is not base64.");
    }
  }

  private static ProblemException refuse(String text) {
    return Problem.of(ProblemCategory.INCORRECT, "content-package", text).asException();
  }
}
