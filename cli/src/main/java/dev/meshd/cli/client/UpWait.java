package dev.meshd.cli.client;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.meshd.agent.localapi.BackendState;
import dev.meshd.agent.localapi.BusWatch;
import dev.meshd.agent.localapi.HealthWarning;
import dev.meshd.agent.localapi.Json;
import dev.meshd.agent.localapi.LocalApiException;
import dev.meshd.agent.localapi.Notify;
import dev.meshd.agent.localapi.Status;
import dev.meshd.cli.CommandFailure;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import picocli.CommandLine.Model.CommandSpec;

/**
 * The waiting half of {@code up}: follows the bus until the daemon runs, telling the user what is
 * asked of them.
 */
final class UpWait {
  private final PrintWriter out;
  private final PrintWriter err;
  private final Status before;
  private final boolean json;
  private final boolean withAuthKey;
  private final boolean forceReauth;
  private final Duration timeout;
  private final Set<String> said = new HashSet<>();
  private boolean printed;
  private boolean newKey;

  UpWait(
      CommandSpec spec,
      Status before,
      boolean json,
      boolean withAuthKey,
      boolean forceReauth,
      Duration timeout) {
    this.out = spec.commandLine().getOut();
    this.err = spec.commandLine().getErr();
    this.before = before;
    this.json = json;
    this.withAuthKey = withAuthKey;
    this.forceReauth = forceReauth;
    this.timeout = timeout;
    this.newKey = !forceReauth;
  }

  /** What starts the daemon on its way; runs after the bus is open, so that no answer is missed. */
  interface Action {
    void run() throws LocalApiException;
  }

  void run(BusWatch watch, Action action) throws IOException {
    AtomicBoolean timedOut = new AtomicBoolean();
    CountDownLatch done = new CountDownLatch(1);
    if (timeout.isPositive()) {
      Thread.ofVirtual().start(() -> closeAfterTimeout(watch, done, timedOut));
    }
    try {
      action.run();
      for (Optional<Notify> message = watch.next(); message.isPresent(); message = watch.next()) {
        if (isDone(message.get())) {
          return;
        }
      }
    } finally {
      done.countDown();
    }
    throw new CommandFailure(
        timedOut.get()
            ? "timeout waiting for meshd service to enter a Running state; check health with \"meshd status\""
            : "the meshd daemon stopped");
  }

  private void closeAfterTimeout(BusWatch watch, CountDownLatch done, AtomicBoolean timedOut) {
    try {
      if (!done.await(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
        timedOut.set(true);
        watch.close();
      }
    } catch (InterruptedException | IOException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean isDone(Notify message) {
    message
        .error()
        .ifPresent(
            error -> {
              throw new CommandFailure("backend error: " + error);
            });
    if (message.selfChange() != null
        && !message.selfChange().path("Key").asText().equals(selfKey())) {
      newKey = true;
    }
    message.loginUrl().ifPresent(this::showLoginUrl);
    if (message.health() != null) {
      message.health().warnings().values().forEach(this::showTrouble);
    }
    if (message.stateChange().filter(BackendState.NEEDS_MACHINE_AUTH::equals).isPresent()) {
      say(
          "To approve your machine, visit (as admin):\n\n\tthe admin pages of your coordination server\n");
    }
    if (message.stateChange().filter(BackendState.RUNNING::equals).isPresent() && newKey) {
      showSuccess();
      return true;
    }
    return false;
  }

  private String selfKey() {
    return before.selfNode().map(self -> self.publicKey()).orElse("");
  }

  private void showLoginUrl(String url) {
    boolean stale = forceReauth && url.equals(before.authUrl());
    if (withAuthKey || stale || !said.add(url)) {
      return;
    }
    printed = true;
    if (json) {
      ObjectNode object = Json.object();
      object.put("AuthURL", url);
      object.put("BackendState", before.backendState());
      out.println(Json.pretty(object, "\t"));
      out.flush();
    } else {
      err.println("\nTo authenticate, visit:\n\n\t" + url + "\n");
    }
    err.flush();
  }

  /** A condition that keeps the daemon from connecting is told once; the daemon goes on trying. */
  private void showTrouble(HealthWarning warning) {
    if (warning.impactsConnectivity()) {
      say(warning.text() + " Still trying.");
    }
  }

  private void say(String text) {
    if (said.add(text)) {
      err.println(text);
      err.flush();
      printed = true;
    }
  }

  private void showSuccess() {
    if (json) {
      ObjectNode object = Json.object();
      object.put("BackendState", BackendState.RUNNING.text());
      out.println(Json.pretty(object, "  "));
    } else if (printed) {
      err.println("Success.");
    }
  }
}
