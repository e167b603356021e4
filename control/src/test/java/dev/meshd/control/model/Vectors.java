package dev.meshd.control.model;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The captured messages under {@code vectors/}, by file name. */
public final class Vectors {
  private Vectors() {}

  /** The whole file as one JSON value. */
  public static JsonNode json(String file) {
    return parse(text(file));
  }

  /** One JSON value per line. */
  public static List<JsonNode> lines(String file) {
    return text(file).lines().filter(line -> !line.isBlank()).map(Vectors::parse).toList();
  }

  /** The map responses of a captured session, in order. */
  public static List<MapResponse> session(String file) {
    return lines(file).stream()
        .map(line -> WireJson.mapper().convertValue(line.get("response"), MapResponse.class))
        .toList();
  }

  private static JsonNode parse(String text) {
    try {
      return WireJson.mapper().readTree(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String text(String file) {
    try (InputStream in = Vectors.class.getResourceAsStream("/dev/meshd/control/vectors/" + file)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
