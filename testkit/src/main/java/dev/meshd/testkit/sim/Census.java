package dev.meshd.testkit.sim;

import dev.meshd.engine.NodeEngine;
import java.util.Map;
import java.util.TreeMap;

/** How many things an engine holds, by kind. */
final class Census {

  private Census() {}

  static Map<String, Integer> of(NodeEngine engine) {
    Map<String, Integer> sizes = new TreeMap<>();
    engine.census((what, size) -> sizes.merge(what, size, Integer::sum));
    return sizes;
  }
}
