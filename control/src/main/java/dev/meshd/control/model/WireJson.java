package dev.meshd.control.model;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * JSON as the control protocol writes it.
 *
 * <ul>
 *   <li>Member names are those in {@code @JsonProperty}; unknown members are ignored.
 *   <li>Null and absent are one thing; empty is another where the record says {@link WhenPresent}.
 *   <li>Members without a mark are left out when empty, zero, false or null; {@link Always} ones
 *       are written regardless.
 *   <li>Null elements of lists and maps are dropped unless the member says otherwise.
 *   <li>Numbers, booleans and strings do not stand in for each other.
 * </ul>
 *
 * Thread-safe: the mapper is configured once and never changed.
 */
public final class WireJson {
  private static final JsonMapper MAPPER = mapperBuilder().build();

  private WireJson() {}

  /** The mapper itself, for trees and for files that hold model types. */
  public static JsonMapper mapper() {
    return MAPPER;
  }

  /**
   * A fresh builder with the same settings, for formats that add their own (pretty printing, other
   * types).
   */
  public static JsonMapper.Builder mapperBuilder() {
    return JsonMapper.builder()
        .addModule(new WireTypes())
        .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
        .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
        .visibility(PropertyAccessor.GETTER, JsonAutoDetect.Visibility.NONE)
        .visibility(PropertyAccessor.IS_GETTER, JsonAutoDetect.Visibility.NONE)
        .defaultPropertyInclusion(
            JsonInclude.Value.construct(
                JsonInclude.Include.NON_DEFAULT, JsonInclude.Include.ALWAYS))
        .defaultSetterInfo(JsonSetter.Value.construct(Nulls.SKIP, Nulls.SKIP));
  }

  /** Encodes {@code message} as UTF-8 without white space. */
  public static byte[] encode(Object message) {
    try {
      return MAPPER.writeValueAsBytes(message);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a model type failed to encode", e);
    }
  }

  /** As {@link #encode}, as a string. */
  public static String encodeText(Object message) {
    return new String(encode(message), StandardCharsets.UTF_8);
  }

  /** Decodes a whole message; throws {@link WireException} on anything that is not one. */
  public static <T> T decode(byte[] json, Class<T> type) throws WireException {
    try {
      T value = MAPPER.readValue(json, type);
      if (value == null) {
        throw new WireException("not a " + type.getSimpleName() + ": null");
      }
      return value;
    } catch (IOException | RuntimeException e) {
      throw new WireException("not a " + type.getSimpleName() + ": " + reason(e), e);
    }
  }

  /** The parser's account without source excerpts: messages may hold secrets. */
  private static String reason(Exception e) {
    return e instanceof JsonProcessingException json
        ? json.getOriginalMessage()
        : String.valueOf(e.getMessage());
  }
}
