package dev.meshd.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class SamplesTest {
  @Test
  void medianIsTheMiddleOrTheMeanOfBoth() {
    assertThat(Samples.of(3, 1, 2).median()).isEqualTo(2);
    assertThat(Samples.of(4, 1, 2, 3).median()).isEqualTo(2.5);
    assertThat(Samples.of(7).median()).isEqualTo(7);
  }

  @Test
  void quantileIsTheNearestRank() {
    double[] hundred = new double[100];
    for (int i = 0; i < 100; i++) {
      hundred[i] = 100 - i;
    }
    Samples samples = Samples.of(hundred);
    assertThat(samples.quantile(0.95)).isEqualTo(95);
    assertThat(samples.quantile(0)).isEqualTo(1);
    assertThat(samples.quantile(1)).isEqualTo(100);
    assertThat(Samples.of(5).quantile(0.95)).isEqualTo(5);
  }

  @Test
  void nothingMeasuredIsNoFigure() {
    assertThatThrownBy(() -> Samples.of()).isInstanceOf(IllegalArgumentException.class);
  }
}
