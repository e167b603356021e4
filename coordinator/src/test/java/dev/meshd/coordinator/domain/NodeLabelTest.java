package dev.meshd.coordinator.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodeLabelTest {

  @ParameterizedTest
  @CsvSource({
    "box, box",
    "My Laptop, my-laptop",
    "Anna's MacBook Pro.local, annas-macbook-pro",
    "host.example.com, host-example-com",
    "-_x_-, x",
    "Übung, bung",
    "日本, node",
    "'', node"
  })
  void makesALabelOfAnyHostName(String hostname, String label) {
    assertThat(NodeLabel.sanitise(hostname)).isEqualTo(label);
  }

  @Property
  void derivedLabelsAreValidAndUnique(@ForAll List<String> hostnames) {
    Set<String> taken = new HashSet<>();
    for (String hostname : hostnames) {
      String label = NodeLabel.derive(hostname, taken::contains).given();
      assertThat(NodeLabel.isValidLabel(label)).as(label).isTrue();
      assertThat(taken.add(label)).as(label).isTrue();
    }
  }

  @Test
  void numbersAppendedToLongLabelsStayInside() {
    String longName = "a".repeat(80);
    Set<String> taken = new HashSet<>();
    for (int i = 0; i < 12; i++) {
      String label = NodeLabel.derive(longName, taken::contains).given();
      assertThat(label).hasSizeLessThanOrEqualTo(NodeLabel.MAX_LABEL);
      assertThat(taken.add(label)).isTrue();
    }
  }
}
