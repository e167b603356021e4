package dev.meshd.crypto;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Reads the vector files of Project Wycheproof; see the NOTICE beside them. */
final class Wycheproof {
  private Wycheproof() {}

  /** One vector with the fields its file gives. */
  record Vector(JsonNode fields) {
    byte[] bytes(String field) {
      return Hex.bytes(fields.get(field).asText());
    }

    boolean isInvalid() {
      return fields.get("result").asText().equals("invalid");
    }

    @Override
    public String toString() {
      return "tcId " + fields.get("tcId").asInt() + " " + fields.get("comment").asText();
    }
  }

  static List<Vector> read(String file) {
    try (InputStream in = Wycheproof.class.getResourceAsStream("/wycheproof/" + file)) {
      var vectors = new ArrayList<Vector>();
      JsonNode root = new ObjectMapper().readTree(Objects.requireNonNull(in, file));
      for (JsonNode group : root.get("testGroups")) {
        group.get("tests").forEach(test -> vectors.add(new Vector(test)));
      }
      if (vectors.size() != root.get("numberOfTests").asInt()) {
        throw new IllegalStateException(file + " does not hold the tests it announces");
      }
      return vectors;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
