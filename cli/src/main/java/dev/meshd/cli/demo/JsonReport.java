package dev.meshd.cli.demo;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.meshd.testkit.lab.Lab;
import dev.meshd.testkit.lab.LabHost;
import java.io.PrintWriter;

/**
 * One JSON document, printed at the end, or when the lab is to stay up:
 *
 * <pre>
 *   {"ok": true, "nat": "easy", "peers": 2,
 *    "steps": [{"step": "server", "ok": true, "seconds": 1.5, "detail": "...", ...facts}],
 *    "enter": {"alice": "..."}, "logs": "directory, when something failed"}
 * </pre>
 */
final class JsonReport implements DemoReport {
  private final ObjectMapper json = new ObjectMapper();
  private final ObjectNode document = json.createObjectNode();
  private final PrintWriter out;
  private final long startNs = System.nanoTime();

  JsonReport(PrintWriter out) {
    this.out = out;
    document.put("ok", false);
  }

  @Override
  public void begun(DemoOptions options, Lab lab) {
    document.put("nat", options.nat().optionName()).put("peers", options.peers());
    document.putArray("steps");
    held("lab", "made");
  }

  @Override
  public void held(String step, String detail, Object... facts) {
    ObjectNode entry = step(step, true, detail);
    for (int i = 0; i < facts.length; i += 2) {
      entry.set((String) facts[i], json.valueToTree(facts[i + 1]));
    }
  }

  @Override
  public void failed(String step, String reason, Lab lab) {
    step(step, false, reason);
    document.put("logs", lab.directory().toString());
  }

  @Override
  public void kept(Lab lab) {
    ObjectNode enter = document.putObject("enter");
    for (LabHost host : lab.hosts()) {
      enter.put(host.name(), DemoEntry.command(host));
    }
    print();
  }

  @Override
  public void ended(boolean allHeld) {
    document.put("ok", allHeld);
    print();
  }

  private ObjectNode step(String step, boolean ok, String detail) {
    double seconds = Math.round((System.nanoTime() - startNs) / 1e6) / 1e3;
    return document
        .withArray("steps")
        .addObject()
        .put("step", step)
        .put("ok", ok)
        .put("seconds", seconds)
        .put("detail", detail);
  }

  private void print() {
    out.println(document.toPrettyString());
    out.flush();
  }
}
