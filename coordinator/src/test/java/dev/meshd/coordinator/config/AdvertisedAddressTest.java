package dev.meshd.coordinator.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meshd.packet.IpAddress;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdvertisedAddressTest {

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1 192.168.1.5 203.0.113.7 2001:db8::7, http://203.0.113.7:8080",
    "127.0.0.1 ::1 10.0.0.5 fd00::5, http://10.0.0.5:8080",
    "127.0.0.1 2001:db8::7, http://[2001:db8::7]:8080",
    "127.0.0.1, http://127.0.0.1:8080"
  })
  void prefersPublicThenPrivateThenLoopback(String host, URI expected) {
    List<IpAddress> addresses = Arrays.stream(host.split(" ")).map(IpAddress::parse).toList();
    assertThat(AdvertisedAddress.serverUrl(ServerConfig.defaults(), 8080, addresses))
        .isEqualTo(expected);
  }

  @Test
  void namesTheListenersOwnAddressAndLeavesOutTheStandardPort() {
    ServerConfig config =
        ConfigReader.parse(
            "",
            new ConfigReader.Overrides(
                Optional.empty(), Optional.of("192.0.2.9:80"), Optional.empty(), Optional.empty()));
    assertThat(AdvertisedAddress.serverUrl(config, 80, List.of()))
        .isEqualTo(URI.create("http://192.0.2.9"));
  }

  @ParameterizedTest
  @CsvSource({
    "http://203.0.113.7:8080, true",
    "http://mesh.example.org, true",
    "https://203.0.113.7, false",
    "http://192.168.1.5:8080, false",
    "http://[fd00::5]:8080, false",
    "http://127.0.0.1:8080, false",
    "http://localhost:8080, false"
  })
  void plainPublicUrlsNeedTheFallback(URI url, boolean needed) {
    assertThat(AdvertisedAddress.needsFallback(url)).isEqualTo(needed);
  }
}
