package dev.meshd.cli.demo;

import dev.meshd.testkit.lab.Lab;

/** What the demo shows, as it goes. Owned by the demo's thread. */
sealed interface DemoReport permits TextReport, JsonReport {
  /** The hosts are there. */
  void begun(DemoOptions options, Lab lab);

  /**
   * A step held.
   *
   * @param step one or two words
   * @param detail what was seen, in a sentence for people
   * @param facts pairs of a name and a value (text or number) for programs
   */
  void held(String step, String detail, Object... facts);

  /** A step did not hold, and nothing after it is tried. */
  void failed(String step, String reason, Lab lab);

  /** How to look around in a lab that stays up. */
  void kept(Lab lab);

  /** Everything has been removed. */
  void ended(boolean allHeld);
}
