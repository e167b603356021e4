package dev.meshd.bench.lab;

import static dev.meshd.bench.measure.MarkdownTable.number;

import dev.meshd.bench.measure.MarkdownTable;
import dev.meshd.bench.measure.Samples;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Figures of several contenders, measured in turns. The first contender is ours; the others are
 * compared to it. Owned by one thread.
 */
public final class Rounds {
  private static final String NOT_MEASURED = "–";

  private final List<String> contenders;
  private final Map<String, Map<String, List<Double>>> figures = new LinkedHashMap<>();

  public Rounds(List<String> contenders) {
    this.contenders = List.copyOf(contenders);
  }

  /** Notes one run's figure. */
  public void note(String what, String contender, double value) {
    figures
        .computeIfAbsent(what, w -> new LinkedHashMap<>())
        .computeIfAbsent(contender, c -> new ArrayList<>())
        .add(value);
  }

  /**
   * A row per figure: the median of each contender with the least and the most, and ours divided by
   * each of the others.
   */
  public MarkdownTable table() {
    List<String> heading = new ArrayList<>(List.of("Median (least to most)"));
    heading.addAll(contenders);
    contenders.stream().skip(1).forEach(other -> heading.add("ours / " + other));
    MarkdownTable table = new MarkdownTable(heading.toArray(String[]::new));
    figures.forEach(
        (what, byContender) -> {
          List<String> row = new ArrayList<>(List.of(what));
          contenders.forEach(contender -> row.add(cell(byContender.get(contender))));
          contenders.stream()
              .skip(1)
              .forEach(
                  other ->
                      row.add(
                          ratio(byContender.get(contenders.getFirst()), byContender.get(other))));
          table.row(row.toArray(String[]::new));
        });
    return table;
  }

  private static String cell(@Nullable List<Double> values) {
    if (values == null) {
      return NOT_MEASURED;
    }
    Samples samples = Samples.of(values);
    return samples.count() == 1
        ? number(samples.median())
        : "%s (%s to %s)"
            .formatted(number(samples.median()), number(samples.min()), number(samples.max()));
  }

  private static String ratio(@Nullable List<Double> ours, @Nullable List<Double> other) {
    if (ours == null || other == null) {
      return NOT_MEASURED;
    }
    double divisor = Samples.of(other).median();
    return divisor == 0 ? NOT_MEASURED : number(Samples.of(ours).median() / divisor);
  }
}
