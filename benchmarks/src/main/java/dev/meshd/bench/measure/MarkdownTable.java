package dev.meshd.bench.measure;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** A table as {@code docs/performance.md} has them. Owned by one thread. */
public final class MarkdownTable {
  private final List<String> heading;
  private final List<List<String>> rows = new ArrayList<>();

  public MarkdownTable(String... heading) {
    this.heading = List.of(heading);
  }

  /** Adds a row of as many cells as the heading has. */
  public MarkdownTable row(String... cells) {
    if (cells.length != heading.size()) {
      throw new IllegalArgumentException("a row of " + heading.size() + " cells is wanted");
    }
    rows.add(List.of(cells));
    return this;
  }

  /** A number for people: three significant digits or so. */
  public static String number(double value) {
    double size = Math.abs(value);
    String form = size >= 100 ? "%.0f" : size >= 10 ? "%.1f" : size >= 0.1 ? "%.2f" : "%.3f";
    return String.format(Locale.ROOT, form, value);
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    line(text, heading);
    line(text, heading.stream().map(cell -> "---").toList());
    rows.forEach(row -> line(text, row));
    return text.toString();
  }

  private static void line(StringBuilder text, List<String> cells) {
    text.append(cells.stream().collect(Collectors.joining(" | ", "| ", " |\n")));
  }
}
