package dev.meshd.coordinator.storage;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.meshd.control.model.Hostinfo;
import dev.meshd.control.model.WireException;
import dev.meshd.control.model.WireJson;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** How values look in columns: times as milliseconds since 1970, lists as JSON text. */
final class Columns {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final TypeReference<List<String>> TEXTS = new TypeReference<>() {};

  private Columns() {}

  static @Nullable Long millis(Optional<Instant> time) {
    return time.map(Instant::toEpochMilli).orElse(null);
  }

  static Optional<Instant> time(ResultSet row, String column) throws SQLException {
    long millis = row.getLong(column);
    return row.wasNull() ? Optional.empty() : Optional.of(Instant.ofEpochMilli(millis));
  }

  static @Nullable Long nullable(OptionalLong value) {
    return value.isPresent() ? value.getAsLong() : null;
  }

  static OptionalLong optionalLong(ResultSet row, String column) throws SQLException {
    long value = row.getLong(column);
    return row.wasNull() ? OptionalLong.empty() : OptionalLong.of(value);
  }

  static String json(List<String> texts) {
    try {
      return JSON.writeValueAsString(texts);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a list of texts is always JSON", e);
    }
  }

  static String json(Hostinfo hostinfo) {
    return WireJson.encodeText(hostinfo);
  }

  static Hostinfo hostinfo(ResultSet row, String column) throws SQLException {
    try {
      return WireJson.decode(row.getString(column).getBytes(UTF_8), Hostinfo.class);
    } catch (WireException e) {
      throw new SQLException("column " + column + " does not hold host facts", e);
    }
  }

  static List<String> texts(ResultSet row, String column) throws SQLException {
    try {
      return JSON.readValue(row.getString(column), TEXTS);
    } catch (JsonProcessingException e) {
      throw new SQLException("column " + column + " does not hold a JSON list", e);
    }
  }
}
