package org.oncohooks.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import java.util.ArrayList;
import java.util.ConcurrentModificationException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class SmallMapTest {

  @Test
  void isAsAnyMapIs() {
    for (int seed = 0; seed < 300; seed++) {
      compare(new Random(seed));
    }
  }

  private static void compare(Random random) {
    Map<String, JsonNode> small = new SmallMap();
    Map<String, JsonNode> plain = new LinkedHashMap<>();
    int names = 1 + random.nextInt(2 * SmallMap.FEW);
    for (int i = 0; i < 100; i++) {
      String name = "n" + random.nextInt(names);
      JsonNode value = IntNode.valueOf(i);
      switch (random.nextInt(6)) {
        case 0, 1, 2 -> assertThat(small.put(name, value)).isEqualTo(plain.put(name, value));
        case 3 -> assertThat(small.remove(name)).isEqualTo(plain.remove(name));
        case 4 -> {
          removeByIterator(small, name);
          removeByIterator(plain, name);
        }
        default -> {
          small.entrySet().forEach(entry -> setIf(entry, name, value));
          plain.entrySet().forEach(entry -> setIf(entry, name, value));
        }
      }
      assertThat(small).isEqualTo(plain).hasSameSizeAs(plain).hasSameHashCodeAs(plain);
      assertThat(plain).isEqualTo(small);
      assertThat(new ArrayList<>(small.entrySet())).isEqualTo(new ArrayList<>(plain.entrySet()));
      assertThat(new ArrayList<>(small.values())).isEqualTo(new ArrayList<>(plain.values()));
      assertThat(new ArrayList<>(small.keySet())).isEqualTo(new ArrayList<>(plain.keySet()));
      Map<String, JsonNode> walked = new LinkedHashMap<>();
      small.forEach(walked::put);
      assertThat(new ArrayList<>(walked.entrySet())).isEqualTo(new ArrayList<>(plain.entrySet()));
      assertThat(small.get(name)).isEqualTo(plain.get(name));
      assertThat(small.containsKey(name)).isEqualTo(plain.containsKey(name));
    }
    small.clear();
    assertThat(small).isEmpty();
  }

  private static void removeByIterator(Map<String, JsonNode> map, String name) {
    for (Iterator<String> names = map.keySet().iterator(); names.hasNext(); ) {
      if (names.next().equals(name)) {
        names.remove();
      }
    }
  }

  private static void setIf(Map.Entry<String, JsonNode> entry, String name, JsonNode value) {
    if (entry.getKey().equals(name)) {
      entry.setValue(value);
    }
  }

  @Test
  void saysThatItGrewWhileItWasWalked() {
    SmallMap map = new SmallMap();
    for (int i = 0; i < SmallMap.FEW; i++) {
      map.put("n" + i, IntNode.valueOf(i));
    }
    Iterator<String> names = map.keySet().iterator();
    names.next();
    map.put("one more", IntNode.valueOf(1));
    assertThatThrownBy(names::next).isInstanceOf(ConcurrentModificationException.class);
  }

  @Test
  void saysThatItGrewWhileItWasGoneThrough() {
    SmallMap map = new SmallMap();
    for (int i = 0; i < 4; i++) {
      map.put("n" + i, IntNode.valueOf(i));
    }
    assertThatThrownBy(() -> map.forEach((name, value) -> map.put("more " + name, value)))
        .isInstanceOf(ConcurrentModificationException.class);
  }

  @Test
  void endsWithItsLastMember() {
    Iterator<String> names = new SmallMap().keySet().iterator();
    assertThat(names.hasNext()).isFalse();
    assertThatThrownBy(names::next).isInstanceOf(NoSuchElementException.class);
  }
}
