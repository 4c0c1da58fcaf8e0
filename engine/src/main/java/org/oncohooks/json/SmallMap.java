package org.oncohooks.json;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Arrays;
import java.util.ConcurrentModificationException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * The members of a JSON object in the order of writing: names and values side by side in one array
 * while they are few, as nearly all objects of FHIR have few, and a hash map beyond that. A third
 * of the memory of a hash map each, and a chart has a thousand of them. Not thread-safe.
 */
final class SmallMap extends AbstractMap<String, JsonNode> {

  /** More are looked up faster by hash; an object of a caller's making may have thousands. */
  static final int FEW = 16;

  private static final int FIRST = 4;

  /** Name, value, name, value ...; null once there are more than few. */
  private Object[] few = new Object[2 * FIRST];

  private int size;
  private Map<String, JsonNode> many;

  @Override
  public int size() {
    return many == null ? size : many.size();
  }

  @Override
  public JsonNode get(Object name) {
    if (many != null) {
      return many.get(name);
    }
    int at = find(name);
    return at < 0 ? null : (JsonNode) few[at + 1];
  }

  @Override
  public boolean containsKey(Object name) {
    return many == null ? find(name) >= 0 : many.containsKey(name);
  }

  @Override
  public JsonNode put(String name, JsonNode value) {
    if (many != null) {
      return many.put(name, value);
    }
    int at = find(name);
    if (at >= 0) {
      JsonNode before = (JsonNode) few[at + 1];
      few[at + 1] = value;
      return before;
    }
    if (size == FEW) {
      Map<String, JsonNode> all = new LinkedHashMap<>(this);
      all.put(name, value);
      many = all;
      few = null;
      return null;
    }
    if (2 * size == few.length) {
      few = Arrays.copyOf(few, 2 * few.length);
    }
    few[2 * size] = name;
    few[2 * size + 1] = value;
    size++;
    return null;
  }

  @Override
  public JsonNode remove(Object name) {
    if (many != null) {
      return many.remove(name);
    }
    int at = find(name);
    if (at < 0) {
      return null;
    }
    JsonNode before = (JsonNode) few[at + 1];
    System.arraycopy(few, at + 2, few, at, 2 * size - at - 2);
    size--;
    few[2 * size] = null;
    few[2 * size + 1] = null;
    return before;
  }

  @Override
  public void clear() {
    few = new Object[2 * FIRST];
    size = 0;
    many = null;
  }

  @Override
  public void forEach(BiConsumer<? super String, ? super JsonNode> action) {
    if (many != null) {
      many.forEach(action);
      return;
    }
    Object[] members = few;
    for (int i = 0; i < 2 * size; i += 2) {
      if (members != few) {
        throw new ConcurrentModificationException();
      }
      action.accept((String) members[i], (JsonNode) members[i + 1]);
    }
  }

  /** Where a name stands; -1 if nowhere. */
  private int find(Object name) {
    int hash = name == null ? 0 : name.hashCode();
    for (int i = 0; i < 2 * size; i += 2) {
      Object other = few[i];
      if (other == name || (other != null && other.hashCode() == hash && other.equals(name))) {
        return i;
      }
    }
    return -1;
  }

  @Override
  public Set<Entry<String, JsonNode>> entrySet() {
    return new Entries();
  }

  private final class Entries extends AbstractSet<Entry<String, JsonNode>> {

    @Override
    public int size() {
      return SmallMap.this.size();
    }

    @Override
    public Iterator<Entry<String, JsonNode>> iterator() {
      return many == null ? new Few() : many.entrySet().iterator();
    }
  }

  private final class Few implements Iterator<Entry<String, JsonNode>> {

    private final Object[] members = few;
    private int next;

    @Override
    public boolean hasNext() {
      return next < 2 * size;
    }

    @Override
    public Entry<String, JsonNode> next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      if (members != few) {
        throw new ConcurrentModificationException();
      }
      next += 2;
      return new Member((String) members[next - 2], (JsonNode) members[next - 1]);
    }

    @Override
    public void remove() {
      next -= 2;
      SmallMap.this.remove(members[next]);
    }
  }

  /** As {@link SimpleEntry}, but what is set is set in the object. */
  private final class Member implements Entry<String, JsonNode> {

    private final String name;
    private JsonNode value;

    Member(String name, JsonNode value) {
      this.name = name;
      this.value = value;
    }

    @Override
    public String getKey() {
      return name;
    }

    @Override
    public JsonNode getValue() {
      return value;
    }

    @Override
    public JsonNode setValue(JsonNode changed) {
      JsonNode before = value;
      value = changed;
      put(name, changed);
      return before;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Entry<?, ?> entry
          && name.equals(entry.getKey())
          && Objects.equals(value, entry.getValue());
    }

    @Override
    public int hashCode() {
      return name.hashCode() ^ Objects.hashCode(value);
    }
  }
}
