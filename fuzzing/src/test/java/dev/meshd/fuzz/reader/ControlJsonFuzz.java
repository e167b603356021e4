package dev.meshd.fuzz.reader;

import dev.meshd.control.model.DERPMap;
import dev.meshd.control.model.EarlyNoise;
import dev.meshd.control.model.MapRequest;
import dev.meshd.control.model.MapResponse;
import dev.meshd.control.model.OverTLSPublicKeyResponse;
import dev.meshd.control.model.RegisterRequest;
import dev.meshd.control.model.RegisterResponse;
import dev.meshd.control.model.WireException;
import dev.meshd.control.model.WireJson;
import dev.meshd.coordinator.domain.NodeFacts;
import dev.meshd.coordinator.domain.NodeLabel;
import dev.meshd.fuzz.Captured;
import dev.meshd.fuzz.Expect;
import dev.meshd.fuzz.FuzzBody;
import dev.meshd.fuzz.FuzzInput;
import dev.meshd.fuzz.FuzzOutput;
import dev.meshd.fuzz.Seeds;
import java.io.IOException;
import java.util.List;

/**
 * Single messages of the control protocol: map and register requests as the server gets them,
 * answers as the client does. Input: a byte that chooses the message, then its JSON.
 *
 * <p>Checked: a message that was understood is encodable, and what is encoded is understood as the
 * same; what the server keeps of a host's own account is bounded.
 */
public final class ControlJsonFuzz implements FuzzBody {

  private static final List<Class<?>> MESSAGES =
      List.of(
          MapRequest.class,
          RegisterRequest.class,
          RegisterResponse.class,
          MapResponse.class,
          DERPMap.class,
          EarlyNoise.class,
          OverTLSPublicKeyResponse.class);

  @Override
  public void run(byte[] input) throws Exception {
    FuzzInput in = new FuzzInput(input);
    Class<?> type = MESSAGES.get(in.u8() % MESSAGES.size());
    Object message;
    try {
      message = WireJson.decode(in.rest(), type);
    } catch (WireException refused) {
      return;
    }
    byte[] encoded = WireJson.encode(message);
    Expect.same(message, WireJson.decode(encoded, type), "an encoded message means the same");
    if (message instanceof RegisterRequest register && register.hostinfo() != null) {
      NodeFacts.ofRegistration(register.hostinfo(), 1);
      NodeLabel label = NodeLabel.derive(register.hostinfo().hostname(), given -> false);
      Expect.that(NodeLabel.isValidLabel(label.given()), "a node's given name is a DNS label");
    }
  }

  @Override
  public void seeds(Seeds seeds) throws IOException {
    add(seeds, "map-request", 0, Captured.messages("map-requests-node1.jsonl"));
    add(seeds, "register-request", 1, List.of(Captured.file("register-request.json")));
    add(seeds, "register-response", 2, List.of(Captured.file("register-response.json")));
    add(seeds, "map-response", 3, Captured.messages("map-responses-node1.jsonl"));
    String key = "mkey:" + "01".repeat(32);
    add(
        seeds,
        "derp-map",
        4,
        List.of(
            "{}",
            "{\"Regions\":{\"1\":{\"RegionID\":1,\"RegionCode\":\"a\",\"Nodes\":[{\"Name\":\"1a\",\"RegionID\":1,\"HostName\":\"h\"}]},\"2\":null}}",
            "{\"HomeParams\":{\"RegionScore\":{\"1\":0.5}},\"OmitDefaultRegions\":true}"));
    add(seeds, "early", 5, List.of("{\"NodeKeyChallenge\":\"chalpub:" + "02".repeat(32) + "\"}"));
    add(
        seeds,
        "server-key",
        6,
        List.of("{\"LegacyPublicKey\":\"" + key + "\",\"PublicKey\":\"" + key + "\"}"));
    add(
        seeds,
        "odd",
        1,
        List.of(
            "null",
            "[]",
            "{\"Hostinfo\":null}",
            "{\"Version\":1e9}",
            "{\"NodeKey\":\"nodekey:\"}"));
    add(
        seeds,
        "times",
        3,
        List.of(
            "{\"ControlTime\":\"0001-01-01T00:00:00Z\"}",
            "{\"ControlTime\":\"9999-12-31T23:59:60.999999999+23:59\"}",
            "{\"PeersChangedPatch\":[{\"NodeID\":1,\"KeyExpiry\":\"2026-02-30T00:00:00Z\"}]}"));
  }

  private static void add(Seeds seeds, String name, int type, List<String> texts)
      throws IOException {
    int number = 0;
    for (String text : texts) {
      byte[] input = new FuzzOutput().u8(type).text(text).done();
      seeds.add("%s-%02d".formatted(name, number++), input);
    }
  }
}
