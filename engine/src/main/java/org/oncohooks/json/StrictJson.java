package org.oncohooks.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.TreeNode;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.util.JsonParserDelegate;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.fasterxml.jackson.databind.node.ValueNode;
import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.math.BigDecimal;
import java.nio.ByteOrder;
import org.oncohooks.Problem;
import org.oncohooks.ProblemCategory;
import org.oncohooks.ProblemException;

/**
 * Reads JSON text into a tree, strictly (RFC 8259, and I-JSON's unique names, RFC 7493 section
 * 2.3).
 *
 * <p>Decimals keep their written precision, because FHIR gives it meaning (FHIR R4, Datatypes,
 * decimal).
 */
public final class StrictJson {

  /** Deep enough for any FHIR resource, shallow enough that no stack is at risk. */
  public static final int MAX_DEPTH = 100;

  /** Longest string value, in characters. */
  public static final int MAX_STRING = 1 << 20;

  /** Longest member name, in characters. */
  public static final int MAX_NAME = 256;

  /** Longest number, in characters. */
  public static final int MAX_NUMBER = 100;

  /**
   * Largest power of ten of a decimal, up or down: far beyond any measurement, and still few digits
   * when it is written out.
   */
  public static final int MAX_EXPONENT = 400;

  /**
   * Most tokens (names, values, brackets). A chart of 4 MiB has some 300,000; a body of nothing but
   * brackets has millions, each of which would become an object.
   */
  public static final int MAX_TOKENS = 500_000;

  private static final ObjectMapper MAPPER =
      mapper(constraints().maxTokenCount(MAX_TOKENS).build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .nodeFactory(new SmallNodes())
          .build();

  private static final VarHandle EIGHT_BYTES =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final long ONES = 0x0101010101010101L;
  private static final long HIGHEST_BITS = ONES << 7;
  private static final long BACKSLASHES = ONES * '\\';

  private static final ObjectReader READER = MAPPER.readerFor(JsonNode.class);

  private StrictJson() {}

  private static StreamReadConstraints.Builder constraints() {
    return StreamReadConstraints.builder()
        .maxNestingDepth(MAX_DEPTH)
        .maxStringLength(MAX_STRING)
        .maxNameLength(MAX_NAME)
        .maxNumberLength(MAX_NUMBER);
  }

  private static JsonMapper.Builder mapper(StreamReadConstraints constraints) {
    return JsonMapper.builder(
            JsonFactory.builder()
                .streamReadConstraints(constraints)
                .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                .build())
        .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
        .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
        .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
        .disable(JsonParser.Feature.INCLUDE_SOURCE_IN_LOCATION);
  }

  /** What a node may not hold; Jackson's own exceptions can't be thrown where nodes are made. */
  private static final class BeyondLimit extends RuntimeException {
    BeyondLimit() {
      super(null, null, false, false);
    }
  }

  private static boolean isTooLarge(BigDecimal number) {
    long exponent = (long) number.precision() - number.scale() - 1;
    return number.scale() > MAX_EXPONENT || exponent > MAX_EXPONENT;
  }

  /**
   * Makes nodes of numbers within the limits, and of objects and arrays that take little memory.
   */
  private static class SmallNodes extends JsonNodeFactory {

    /** Most arrays of FHIR have one item or two. */
    private static final int ITEMS = 2;

    SmallNodes() {
      super(true);
    }

    @Override
    public ObjectNode objectNode() {
      return new ObjectNode(this, new SmallMap());
    }

    @Override
    public ArrayNode arrayNode() {
      return new ArrayNode(this, ITEMS);
    }

    @Override
    public ValueNode numberNode(BigDecimal number) {
      if (number != null && isTooLarge(number)) {
        throw new BeyondLimit();
      }
      return super.numberNode(number);
    }
  }

  /** For what is not at hand as bytes. */
  private static final class WholeTexts extends SmallNodes {
    @Override
    public TextNode textNode(String text) {
      if (text != null && text.codePoints().anyMatch(StrictJson::isHalf)) {
        throw new BeyondLimit();
      }
      return super.textNode(text);
    }
  }

  private static boolean isHalf(int point) {
    return point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE;
  }

  /** As {@link WholeTexts}, where a tree is read value by value. */
  private static final class BoundedParser extends JsonParserDelegate {
    BoundedParser(JsonParser parser) {
      super(parser);
    }

    @Override
    public <T extends TreeNode> T readValueAsTree() throws IOException {
      try {
        return super.readValueAsTree();
      } catch (BeyondLimit | NumberFormatException e) {
        throw new StreamConstraintsException("value", currentLocation());
      }
    }
  }

  /**
   * A parser for what is too large for one tree, which the caller walks; {@link
   * JsonParser#readValueAsTree} gives values as strict as {@link #read} does. There is no limit on
   * tokens in all.
   *
   * @param in closed with the parser
   */
  public static JsonParser stream(InputStream in) throws IOException {
    return new BoundedParser(Streaming.MAPPER.createParser(in));
  }

  private static final class Streaming {
    private static final ObjectMapper MAPPER =
        mapper(constraints().build()).nodeFactory(new WholeTexts()).build();
  }

  /**
   * @param bytes UTF-8 without a byte order mark
   * @return the object that the bytes hold
   * @throws ProblemException {@code INCORRECT} with line and column if the bytes are not one JSON
   *     object within the limits
   */
  public static ObjectNode object(byte[] bytes) {
    if (read(bytes) instanceof ObjectNode object) {
      return object;
    }
    throw problem("json-not-object", "The JSON has to be an object, in braces.").asException();
  }

  /** As {@link #object(byte[])}, for any JSON value. */
  public static JsonNode read(byte[] bytes) {
    requireUtf8(bytes);
    requireWholeCharacters(bytes);
    try {
      JsonNode node = READER.readTree(bytes);
      if (node == null || node.isMissingNode()) {
        throw problem("json-empty", "The body is empty; send a JSON object.").asException();
      }
      return node;
    } catch (StreamConstraintsException e) {
      throw beyondLimit(at(e.getLocation())).asException();
    } catch (BeyondLimit | NumberFormatException e) {
      throw beyondLimit("").asException();
    } catch (JsonProcessingException e) {
      // the parser's own message may quote the input, which may be patient data
      throw problem("json-malformed", describe(e) + at(e.getLocation()) + ".").asException();
    } catch (IOException e) {
      throw problem("json-malformed", "The bytes are not valid UTF-8 JSON.").asException();
    }
  }

  private static Problem beyondLimit(String place) {
    return problem(
        "json-limit",
        "The JSON exceeds a limit (nesting "
            + MAX_DEPTH
            + ", string "
            + MAX_STRING
            + ", name "
            + MAX_NAME
            + ", number "
            + MAX_NUMBER
            + " characters, exponent "
            + MAX_EXPONENT
            + ", "
            + MAX_TOKENS
            + " tokens)"
            + place
            + ".");
  }

  private static String describe(JsonProcessingException e) {
    String message = String.valueOf(e.getOriginalMessage());
    if (message.startsWith("Duplicate field")) {
      return "The JSON has the same member name twice in one object";
    }
    if (message.startsWith("Trailing token")) {
      return "The JSON is followed by something else; send one value";
    }
    if (message.startsWith("Unexpected end-of-input")) {
      return "The JSON ends too early";
    }
    return "The JSON is malformed";
  }

  private static void requireUtf8(byte[] bytes) {
    boolean mark = bytes.length >= 3 && bytes[0] == (byte) 0xEF && bytes[1] == (byte) 0xBB;
    boolean wide =
        bytes.length >= 2
            && (bytes[0] == 0
                || bytes[1] == 0
                || bytes[0] == (byte) 0xFE
                || bytes[0] == (byte) 0xFF);
    if (mark || wide) {
      throw problem("json-encoding", "Send JSON as UTF-8 without a byte order mark.").asException();
    }
  }

  /**
   * Half a surrogate pair is no character, and can't be written as UTF-8 again. Jackson takes
   * these, and bytes that are no UTF-8, for characters of its own.
   */
  private static void requireWholeCharacters(byte[] json) {
    int lowAt = -1; // where the second half of a pair has to be
    for (int i = 0; i < json.length; i++) {
      if (lowAt != i) {
        i = afterPlain(json, i);
        if (i == json.length) {
          return;
        }
      }
      if (json[i] < 0 && lowAt != i) {
        i += following(json, i);
        continue;
      }
      boolean escape = json[i] == '\\';
      int unit = escape && i + 5 < json.length && json[i + 1] == 'u' ? unit(json, i + 2) : 0;
      boolean low = unit >= Character.MIN_LOW_SURROGATE && unit <= Character.MAX_LOW_SURROGATE;
      if (low != (lowAt == i)) {
        throw problem("json-malformed", "The JSON has half a surrogate pair in a text.")
            .asException();
      }
      if (escape) {
        boolean high = unit >= Character.MIN_HIGH_SURROGATE && unit <= Character.MAX_HIGH_SURROGATE;
        lowAt = high ? i + 6 : -1;
        i += unit > 0 ? 5 : 1;
      }
    }
  }

  /** The next place with something else than ASCII without backslash; eight bytes in one go. */
  private static int afterPlain(byte[] json, int from) {
    int i = from;
    while (i + Long.BYTES <= json.length && isPlain((long) EIGHT_BYTES.get(json, i))) {
      i += Long.BYTES;
    }
    while (i < json.length && json[i] >= 0 && json[i] != '\\') {
      i++;
    }
    return i;
  }

  /** No byte has its highest bit set, and none is a backslash. */
  private static boolean isPlain(long bytes) {
    long zeroWhereBackslash = bytes ^ BACKSLASHES;
    long borrowed = (zeroWhereBackslash - ONES) & ~zeroWhereBackslash;
    return ((bytes | borrowed) & HIGHEST_BITS) == 0;
  }

  /** How many bytes follow the first one of a character (RFC 3629, section 4). */
  private static int following(byte[] json, int at) {
    int first = json[at] & 0xff;
    int count = first < 0xc2 || first > 0xf4 ? 0 : first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3;
    boolean whole = count > 0 && at + count < json.length;
    for (int i = 1; whole && i <= count; i++) {
      int next = json[at + i] & 0xff;
      int least = i > 1 ? 0x80 : first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
      int most = i > 1 ? 0xbf : first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
      whole = next >= least && next <= most;
    }
    if (!whole) {
      throw problem("json-malformed", "The bytes are not valid UTF-8 JSON.").asException();
    }
    return count;
  }

  /** Four hexadecimal digits as a number; 0 if they are none. */
  private static int unit(byte[] json, int from) {
    int unit = 0;
    for (int i = from; i < from + 4; i++) {
      int digit = Character.digit(json[i], 16);
      if (digit < 0) {
        return 0;
      }
      unit = unit << 4 | digit;
    }
    return unit;
  }

  private static String at(JsonLocation location) {
    return location == null || location.getLineNr() < 1
        ? ""
        : " at line " + location.getLineNr() + ", column " + location.getColumnNr();
  }

  private static Problem problem(String code, String text) {
    return Problem.of(ProblemCategory.INCORRECT, code, text);
  }
}
