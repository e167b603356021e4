package dev.meshd.cli.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The answers of {@code meshd ping}, in order. Immutable.
 *
 * @param answers what carried each answer and how long it took
 */
record PathTrace(List<Answer> answers) {
  private static final Pattern PONG =
      Pattern.compile("pong from \\S+ \\(\\S+\\) via (\\S+) in (\\S+)");

  PathTrace {
    answers = List.copyOf(answers);
  }

  /**
   * One answer.
   *
   * @param via {@code "DERP(region)"}, or the address and port that answered
   * @param time as printed
   */
  record Answer(String via, String time) {
    boolean isRelayed() {
      return via.startsWith("DERP(");
    }
  }

  static PathTrace parse(String output) {
    var answers = new ArrayList<Answer>();
    Matcher pong = PONG.matcher(output);
    while (pong.find()) {
      answers.add(new Answer(pong.group(1), pong.group(2)));
    }
    if (answers.isEmpty()) {
      throw new DemoFailure("meshd ping had no answer: " + output);
    }
    return new PathTrace(answers);
  }

  Optional<Answer> relayed() {
    return answers.stream().filter(Answer::isRelayed).findFirst();
  }

  Optional<Answer> direct() {
    return answers.stream().filter(answer -> !answer.isRelayed()).findFirst();
  }
}
