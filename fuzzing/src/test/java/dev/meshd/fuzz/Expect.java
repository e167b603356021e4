package dev.meshd.fuzz;

import java.util.Objects;

/** The few ways a target says that something is wrong. */
public final class Expect {

  private Expect() {}

  /** Fails with {@code rule}, a sentence that says what must hold. */
  public static void that(boolean holds, String rule) {
    if (!holds) {
      throw new AssertionError(rule);
    }
  }

  /** Fails with the rule and both values unless they are equal. */
  public static void same(Object expected, Object actual, String rule) {
    if (!Objects.equals(expected, actual)) {
      throw new AssertionError(rule + "\n  expected " + expected + "\n  got      " + actual);
    }
  }
}
