package dev.meshd.testkit.sim.mutation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The simulation finds deliberate mistakes within 500 seeds, those in {@link #KNOWN_SURVIVORS}
 * excepted. Every test run tries the {@linkplain Mutations#required required} ones; {@code ./test
 * mutations} tries the others too.
 */
class MutationTest {

  private static final long SEEDS = 500;

  /** Costs, not correctness: what they break is not observable from outside within a history. */
  private static final List<String> KNOWN_SURVIVORS = List.of("idle relays stay open");

  static List<Mutation> required() {
    return Mutations.required();
  }

  @ParameterizedTest
  @MethodSource("required")
  void isCaughtWithinFiveHundredSeeds(Mutation mutation) throws Exception {
    String caught = tryOut(mutation, SEEDS);
    System.out.printf("mutation: %s%n  caught by %s%n", mutation.name(), caught);
    assertThat(caught).as(mutation.name()).isNotEmpty();
  }

  @Test
  @EnabledIfSystemProperty(
      named = "meshd.sim.mutations",
      matches = "all",
      disabledReason = "takes minutes; ./test mutations runs it")
  void tellsWhichOfTheOthersAreCaught() throws Exception {
    List<String> survivors = new ArrayList<>();
    for (Mutation mutation : Mutations.more()) {
      String caught = tryOut(mutation, SEEDS);
      System.out.printf(
          "mutation: %s%n  %s%n",
          mutation.name(), caught.isEmpty() ? "survives" : "caught by " + caught);
      if (caught.isEmpty()) {
        survivors.add(mutation.name());
      }
    }
    assertThat(survivors).isSubsetOf(KNOWN_SURVIVORS);
  }

  @Test
  void aMutationOfAMethodThatIsGoneFails() {
    Mutation stale =
        new Mutation(
            "stale",
            "dev.meshd.wireguard.transport.ReplayWindow",
            "noSuchMethod",
            spot -> (builder, element) -> builder.with(element));
    assertThatThrownBy(() -> tryOut(stale, 1)).hasMessageContaining("has no method");
  }

  @Test
  void aMutationThatFindsNothingToChangeFails() {
    Mutation stale =
        new Mutation(
            "stale",
            "dev.meshd.wireguard.transport.ReplayWindow",
            "accept",
            spot -> (builder, element) -> builder.with(element));
    assertThatThrownBy(() -> tryOut(stale, 1)).hasMessageContaining("nothing to mutate");
  }

  /** Returns which seed catches it, and how; empty if none does. */
  private static String tryOut(Mutation mutation, long seeds) throws Exception {
    MutantLoader loader = new MutantLoader(mutation);
    // Loaded first, so that a mutation that cannot be made is not taken for one that is caught.
    Class.forName(mutation.className(), false, loader);
    Class<?> probe = Class.forName("dev.meshd.testkit.sim.SeedProbe", true, loader);
    Method firstFailure = probe.getMethod("firstFailure", long.class, long.class);
    String caught = (String) firstFailure.invoke(null, 1L, seeds);
    assertThat(loader.hasMutated()).as(mutation.name()).isTrue();
    return caught;
  }
}
