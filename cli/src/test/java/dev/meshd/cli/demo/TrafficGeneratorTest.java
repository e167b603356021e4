package dev.meshd.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.util.List;
import org.junit.jupiter.api.Test;

class TrafficGeneratorTest {
  @Test
  void receiverCountsWhatTheSenderSends() throws Exception {
    Process receiver =
        new ProcessBuilder(
                MeshdProgram.java(TrafficGenerator.class, List.of("receive", "127.0.0.1", "0")))
            .redirectErrorStream(true)
            .start();
    try (BufferedReader lines = receiver.inputReader()) {
      String port = lines.readLine().replace("listening on port ", "");
      TrafficGenerator.main(new String[] {"send", "127.0.0.1", port, "1"});
      assertThat(lines.readLine()).matches("received [1-9][\\d.]* Mbit/s");
      assertThat(receiver.waitFor()).isZero();
    } finally {
      receiver.destroyForcibly();
    }
  }
}
