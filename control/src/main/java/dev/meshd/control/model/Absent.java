package dev.meshd.control.model;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What an absent member becomes in a record: the empty value of its type. Collections are copied
 * and made unmodifiable, in the order they came; null elements are dropped, because no list of the
 * protocol gives them a meaning.
 */
final class Absent {
  private Absent() {}

  static String text(@Nullable String value) {
    return value == null ? "" : value;
  }

  static <T> T or(@Nullable T value, T absent) {
    return value == null ? absent : value;
  }

  static <T> List<T> list(@Nullable List<T> value) {
    return value == null ? List.of() : copy(value);
  }

  static <T> @Nullable List<T> copyOrNull(@Nullable List<T> value) {
    return value == null ? null : copy(value);
  }

  static <K, V> Map<K, V> map(@Nullable Map<K, V> value) {
    return value == null ? Map.of() : copy(value);
  }

  static <K, V> @Nullable Map<K, V> copyOrNull(@Nullable Map<K, V> value) {
    return value == null ? null : copy(value);
  }

  /** For maps in which a null list means the empty list. */
  static <K, V> Map<K, List<V>> mapOfLists(@Nullable Map<K, List<V>> value) {
    if (value == null || value.isEmpty()) {
      return Map.of();
    }
    Map<K, List<V>> lists = new LinkedHashMap<>();
    value.forEach((key, list) -> lists.put(key, list(list)));
    return Collections.unmodifiableMap(lists);
  }

  static <K, V> @Nullable Map<K, List<V>> mapOfListsOrNull(@Nullable Map<K, List<V>> value) {
    return value == null ? null : mapOfLists(value);
  }

  /** For the patches in which a null value means "delete". */
  static <K, V> Map<K, @Nullable V> mapOfNullable(@Nullable Map<K, @Nullable V> value) {
    return value == null || value.isEmpty()
        ? Map.of()
        : Collections.unmodifiableMap(new LinkedHashMap<>(value));
  }

  private static <T> List<T> copy(List<T> value) {
    for (T element : value) {
      if (element == null) {
        List<T> present = new ArrayList<>(value);
        present.removeIf(Objects::isNull);
        return List.copyOf(present);
      }
    }
    return List.copyOf(value);
  }

  private static <K, V> Map<K, V> copy(Map<K, V> value) {
    if (value.isEmpty()) {
      return Map.of();
    }
    Map<K, V> present = new LinkedHashMap<>(value);
    present.values().removeIf(Objects::isNull);
    return Collections.unmodifiableMap(present);
  }
}
