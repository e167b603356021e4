package dev.meshd.coordinator.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meshd.coordinator.domain.NodeAddresses;
import dev.meshd.packet.IpAddress;
import dev.meshd.packet.IpPrefix;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class IpAllocatorTest {
  private static final IpPrefix V6 = IpPrefix.parse("fd7a:115c:a1e0::/48");

  @Test
  void beginsWithTheFirstHostOfEachFamily() {
    IpAllocator allocator =
        new IpAllocator(Optional.of(IpPrefix.parse("100.64.0.0/10")), Optional.of(V6));
    assertThat(allocator.propose().all())
        .extracting(IpAddress::toString)
        .containsExactly("100.64.0.1", "fd7a:115c:a1e0::1");
  }

  @Test
  void skipsWhatClientsUseThemselves() {
    IpAllocator resolver = v4("100.100.100.96/29");
    IpAllocator chromeOs = v4("100.115.92.0/22");
    Set<String> fromResolver = new HashSet<>();
    for (int i = 0; i < 5; i++) {
      fromResolver.add(take(resolver).v4().orElseThrow().toString());
    }
    assertThat(fromResolver).hasSize(5).doesNotContain("100.100.100.100");
    assertThatThrownBy(resolver::propose).isInstanceOf(RefusedException.class);
    assertThat(take(chromeOs).v4().orElseThrow()).hasToString("100.115.94.0");
  }

  @Test
  void skipsTheResolverOfIpv6() {
    IpAllocator allocator = new IpAllocator(Optional.empty(), Optional.of(V6));
    for (int i = 0; i < 0x60; i++) {
      assertThat(take(allocator).v6().orElseThrow())
          .isNotEqualTo(IpAddress.parse("fd7a:115c:a1e0::53"));
    }
  }

  /** Each step takes an address or gives one back; what is held is always distinct and inside. */
  @Property(tries = 200)
  void neverGivesAnAddressTwice(@ForAll @Size(max = 200) List<Integer> steps) {
    IpPrefix range = IpPrefix.parse("100.64.0.0/26");
    IpAllocator allocator = v4(range.toString());
    List<NodeAddresses> held = new ArrayList<>();
    for (int step : steps) {
      if (step % 3 == 0 && !held.isEmpty()) {
        allocator.release(held.remove(Math.floorMod(step, held.size())));
      } else if (held.size() < 62) {
        held.add(take(allocator));
      } else {
        assertThatThrownBy(allocator::propose).isInstanceOf(RefusedException.class);
      }
      Set<IpAddress> distinct = new HashSet<>();
      held.forEach(addresses -> distinct.addAll(addresses.all()));
      assertThat(distinct).hasSize(held.size()).allMatch(range::contains);
      assertThat(distinct)
          .doesNotContain(IpAddress.parse("100.64.0.0"), IpAddress.parse("100.64.0.63"));
    }
  }

  private static IpAllocator v4(String range) {
    return new IpAllocator(Optional.of(IpPrefix.parse(range)), Optional.empty());
  }

  private static NodeAddresses take(IpAllocator allocator) {
    NodeAddresses addresses = allocator.propose();
    allocator.take(addresses);
    return addresses;
  }
}
