package dev.meshd.coordinator.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Guesses which key somebody meant who wrote another. Stateless. */
final class NearestKey {
  private NearestKey() {}

  /**
   * The known key closest to {@code written}: one that differs by a few letters, or one with the
   * same last part in another section. Empty when nothing is close.
   */
  static Optional<String> to(String written, Collection<String> known) {
    int tolerance = Math.max(1, written.length() / 5);
    Optional<String> similar =
        known.stream()
            .filter(key -> distance(written, key) <= tolerance)
            .min(Comparator.comparingInt((String key) -> distance(written, key)));
    return similar.or(
        () -> known.stream().filter(key -> last(key).equals(last(written))).sorted().findFirst());
  }

  private static String last(String key) {
    return key.substring(key.lastIndexOf('.') + 1);
  }

  /** Letters to insert, delete or replace (Levenshtein). */
  static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
