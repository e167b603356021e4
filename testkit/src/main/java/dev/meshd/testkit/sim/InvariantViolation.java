package dev.meshd.testkit.sim;

/** Something happened in a simulation that must never happen. */
public final class InvariantViolation extends AssertionError {
  InvariantViolation(String message) {
    super(message);
  }
}
