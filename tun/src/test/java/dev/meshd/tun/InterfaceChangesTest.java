package dev.meshd.tun;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meshd.packet.IpPrefix;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class InterfaceChangesTest {
  private static final AssignedAddress A = AssignedAddress.parse("100.64.0.1/32");
  private static final AssignedAddress B = AssignedAddress.parse("100.64.0.2/32");
  private static final AssignedAddress V6 = AssignedAddress.parse("fd7a:115c:a1e0::1");

  @Test
  void othersAddressesStay() {
    AssignedAddress others = AssignedAddress.parse("10.1.1.1/24");
    InterfaceChanges changes =
        InterfaceChanges.between(
            config(Set.of(B), Set.of()), Set.of(A, others), Set.of(A), Set.of(), true);
    assertThat(changes.addressesToAdd()).containsExactly(B);
    assertThat(changes.addressesToRemove()).containsExactly(A);
  }

  @Test
  void withoutIpv6OnlyIpv4IsConfigured() {
    InterfaceChanges changes =
        InterfaceChanges.between(
            config(Set.of(A, V6), Set.of(IpPrefix.parse("fd7a:115c:a1e0::/48"))),
            Set.of(),
            Set.of(),
            Set.of(),
            false);
    assertThat(changes.addressesToAdd()).containsExactly(A);
    assertThat(changes.routesToAdd()).isEmpty();
  }

  @Test
  void aPrefixLengthMakesAnotherAddress() {
    AssignedAddress wide = AssignedAddress.parse("100.64.0.1/10");
    InterfaceChanges changes =
        InterfaceChanges.between(
            config(Set.of(wide), Set.of()), Set.of(A), Set.of(A), Set.of(), true);
    assertThat(changes.addressesToAdd()).containsExactly(wide);
    assertThat(changes.addressesToRemove()).containsExactly(A);
  }

  @Property
  void applyingTheChangesGivesTheDesiredStateAndThenThereAreNone(
      @ForAll("routes") Set<IpPrefix> desired, @ForAll("routes") Set<IpPrefix> actual) {
    InterfaceConfig config = config(Set.of(A), desired);
    InterfaceChanges changes = InterfaceChanges.between(config, Set.of(A), Set.of(A), actual, true);
    Set<IpPrefix> after = new HashSet<>(actual);
    after.addAll(changes.routesToAdd());
    changes.routesToRemove().forEach(after::remove);
    assertThat(after).isEqualTo(desired);
    assertThat(InterfaceChanges.between(config, Set.of(A), Set.of(A), after, true).isEmpty())
        .isTrue();
  }

  @Provide
  static Arbitrary<Set<IpPrefix>> routes() {
    return Arbitraries.integers()
        .between(0, 9)
        .set()
        .map(
            numbers ->
                numbers.stream()
                    .map(n -> IpPrefix.parse("100.64.0." + n + "/32"))
                    .collect(Collectors.toSet()));
  }

  private static InterfaceConfig config(Set<AssignedAddress> addresses, Set<IpPrefix> routes) {
    return new InterfaceConfig(addresses, routes);
  }
}
