package dev.meshd.cli.demo;

/** Something the demo promises did not hold. The message says what, in one sentence. */
final class DemoFailure extends RuntimeException {
  private static final long serialVersionUID = 1;

  DemoFailure(String message) {
    super(message);
  }
}
