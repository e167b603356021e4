package dev.meshd.agent.localapi.server;

import com.fasterxml.jackson.databind.JsonNode;
import dev.meshd.agent.bus.BusWatcher;
import dev.meshd.agent.bus.IpnBus;
import dev.meshd.agent.localapi.BackendState;
import dev.meshd.agent.localapi.Json;
import dev.meshd.agent.localapi.MaskedPrefs;
import dev.meshd.agent.localapi.Notify;
import dev.meshd.agent.localapi.PingResult;
import dev.meshd.agent.localapi.Prefs;
import dev.meshd.agent.localapi.PrefsException;
import dev.meshd.agent.localapi.StartOptions;
import dev.meshd.agent.localapi.Status;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/** A daemon that only remembers what it was told. */
final class FakeBackend implements LocalBackend {
  final IpnBus bus = new IpnBus();
  final CountDownLatch ready = new CountDownLatch(1);
  volatile Prefs prefs = Prefs.defaults();
  volatile Optional<String> authKey = Optional.empty();

  @Override
  public void awaitReady() throws InterruptedException {
    ready.await();
  }

  @Override
  public boolean isReady() {
    return ready.getCount() == 0;
  }

  @Override
  public String version() {
    return "1.2.3";
  }

  @Override
  public Status status(boolean withPeers) {
    return new Status(
        version(),
        true,
        "Stopped",
        false,
        "",
        List.of(),
        null,
        null,
        List.of(withPeers ? "peers" : "alone"),
        "",
        null,
        List.of(),
        Map.of(),
        Map.of(),
        null);
  }

  @Override
  public Prefs prefs() {
    return prefs;
  }

  @Override
  public Prefs edit(MaskedPrefs edit) throws PrefsException {
    prefs = edit.applyTo(prefs);
    return prefs;
  }

  @Override
  public void check(Prefs checked) throws PrefsException {
    if (checked.hostname().contains(" ")) {
      throw new PrefsException("invalid hostname");
    }
  }

  @Override
  public void start(StartOptions options) {
    authKey = options.key();
  }

  @Override
  public void loginInteractive() {
    bus.publish(Notify.ofLoginUrl("https://login.example.com/a"));
  }

  @Override
  public void logout() {
    throw new IllegalStateException("a bug");
  }

  @Override
  public BusWatcher watch(long mask) {
    return bus.watch(mask, () -> Notify.ofState(BackendState.STOPPED));
  }

  @Override
  public PingResult ping(String ip, String type) {
    return PingResult.failed(ip, type + " has no answer");
  }

  @Override
  public Optional<JsonNode> whois(String address) {
    return Optional.empty();
  }

  @Override
  public JsonNode derpMap() {
    return Json.object();
  }

  @Override
  public JsonNode dnsConfig() {
    return Json.object();
  }

  @Override
  public JsonNode currentProfile() {
    return Json.object();
  }

  @Override
  public String userMetrics() {
    return "";
  }

  @Override
  public String forwardingProblem() {
    return "";
  }

  @Override
  public String markLog(String note) {
    return "BUG-" + note;
  }

  @Override
  public Map<String, String> bugReport() {
    return Map.of("summary.txt", "all is well");
  }

  @Override
  public Map<String, String> logLevels() {
    return Map.of("ROOT", "warn");
  }

  @Override
  public void setLogLevel(String logger, String level, Optional<Duration> limit) {
    if (!level.equals("debug")) {
      throw new IllegalArgumentException("no such level");
    }
  }

  @Override
  public boolean debugAction(String action) {
    return action.equals("rebind");
  }
}
