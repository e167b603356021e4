package dev.meshd.e2e.attack;

import java.io.IOException;

/** Runs attacks one after the other and prints what became of each. Stateless. */
final class Verdicts {
  private Verdicts() {}

  /** Returns what the server did, beginning with {@link #HELD} when that was right. */
  interface Attack {
    String run() throws IOException;
  }

  static final String HELD = "held: ";
  static final String BROKE = "BROKE: ";

  static void report(String name, Attack attack) {
    String verdict;
    try {
      verdict = attack.run();
    } catch (IOException e) {
      // The server cut the attack short, which is what it should do.
      verdict = HELD + "cut off (" + e.getMessage() + ")";
    }
    System.out.println(name + " - " + verdict);
  }

  static String heldIf(boolean right, String what) {
    return (right ? HELD : BROKE) + what;
  }
}
