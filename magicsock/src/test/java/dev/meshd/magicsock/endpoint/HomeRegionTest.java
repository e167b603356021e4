package dev.meshd.magicsock.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meshd.crypto.JitterSource;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class HomeRegionTest {

  private static final SortedSet<Integer> MAP = new TreeSet<>(List.of(1, 2, 3));

  private final HomeRegion home = new HomeRegion(JitterSource.seeded(1));

  @Test
  void takesTheFirstHomeEvenWithoutControl() {
    assertThat(home.onMeasured(2, MAP, false)).isTrue();
    assertThat(home.region()).isEqualTo(2);
  }

  @Test
  void movesOnlyWhilePeersCanLearnOfIt() {
    home.onMeasured(2, MAP, true);
    assertThat(home.onMeasured(3, MAP, false)).isFalse();
    assertThat(home.onMeasured(3, MAP, true)).isTrue();
  }

  @Test
  void staysWhenNothingCouldBeMeasured() {
    home.onMeasured(2, MAP, true);
    assertThat(home.onMeasured(HomeRegion.NONE, MAP, true)).isFalse();
    assertThat(home.region()).isEqualTo(2);
  }

  @Test
  void picksSomeRegionRatherThanNone() {
    assertThat(home.onMeasured(HomeRegion.NONE, MAP, true)).isTrue();
    assertThat(MAP).contains(home.region());
  }

  @Test
  void isLostWithItsRegion() {
    home.onMeasured(2, MAP, true);
    assertThat(home.onMap(new TreeSet<>(List.of(2)))).isFalse();
    assertThat(home.onMap(new TreeSet<>(List.of(1)))).isTrue();
    assertThat(home.region()).isEqualTo(HomeRegion.NONE);
  }
}
