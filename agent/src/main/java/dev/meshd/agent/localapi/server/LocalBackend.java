package dev.meshd.agent.localapi.server;

import com.fasterxml.jackson.databind.JsonNode;
import dev.meshd.agent.bus.BusWatcher;
import dev.meshd.agent.localapi.MaskedPrefs;
import dev.meshd.agent.localapi.PingResult;
import dev.meshd.agent.localapi.Prefs;
import dev.meshd.agent.localapi.PrefsException;
import dev.meshd.agent.localapi.StartOptions;
import dev.meshd.agent.localapi.Status;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * The daemon as the local API sees it. Every method may be called from any thread and may block.
 */
public interface LocalBackend {
  /** Waits until the daemon is set up. */
  void awaitReady() throws InterruptedException;

  boolean isReady();

  String version();

  Status status(boolean withPeers);

  Prefs prefs();

  Prefs edit(MaskedPrefs edit) throws PrefsException;

  /** Throws if these prefs would be refused. */
  void check(Prefs prefs) throws PrefsException;

  void start(StartOptions options) throws PrefsException;

  void loginInteractive();

  void logout() throws InterruptedException;

  BusWatcher watch(long mask);

  /**
   * Sends one ping and waits for its end.
   *
   * @param type {@code disco}, {@code TSMP}, {@code ICMP} or {@code peerapi}
   */
  PingResult ping(String ip, String type) throws InterruptedException;

  /** Node and owner of an address, an {@code ip:port} or a node key. */
  Optional<JsonNode> whois(String address);

  /** The relay map in force. */
  JsonNode derpMap();

  /** DNS settings of the network map; empty without a map. */
  JsonNode dnsConfig();

  JsonNode currentProfile();

  /** Prometheus text. */
  String userMetrics();

  /** Why offered routes cannot work, in a sentence; empty if nothing is known against it. */
  String forwardingProblem();

  /** Marks this moment in the log; the marker names it to others. */
  String markLog(String note);

  /** A report for those who look after meshd: texts by file name, without secrets. */
  Map<String, String> bugReport();

  /** Log level by logger. */
  Map<String, String> logLevels();

  /**
   * Changes a log level, for {@code limit} or until the daemon ends.
   *
   * @throws IllegalArgumentException with a sentence, for a bad level or logger
   */
  void setLogLevel(String logger, String level, Optional<Duration> limit);

  /**
   * Binds new sockets, or probes endpoints anew: {@code rebind}, {@code restun}; false for an
   * unknown action.
   */
  boolean debugAction(String action);
}
