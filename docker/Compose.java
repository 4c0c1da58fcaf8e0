import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Prints what compose.yaml says at a place, a line each: of a list its items, of a map KEY=VALUE.
 * Run by try-compose.sh, with the image's libraries:
 *
 * <p>java -cp 'lib/*' Compose.java compose.yaml /services/oncohooks/command
 */
class Compose {

  public static void main(String[] arguments) throws Exception {
    String yaml =
        Files.readString(Path.of(arguments[0])).replaceAll("\\$\\{[A-Z_]+:-([^}]*)}", "$1");
    JsonNode found = new YAMLMapper().readTree(yaml).at(arguments[1]);
    if (found.isObject()) {
      found.properties().forEach(e -> System.out.println(e.getKey() + "=" + e.getValue().asText()));
    } else if (found.isArray()) {
      found.forEach(item -> System.out.println(item.asText()));
    } else if (!found.isMissingNode()) {
      System.out.println(found.asText());
    }
  }
}
