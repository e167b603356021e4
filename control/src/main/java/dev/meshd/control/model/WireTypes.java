package dev.meshd.control.model;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdScalarSerializer;
import dev.meshd.crypto.ChallengeKey;
import dev.meshd.crypto.DiscoKey;
import dev.meshd.crypto.MachineKey;
import dev.meshd.crypto.NodeKey;
import dev.meshd.crypto.TailnetLockKey;
import dev.meshd.packet.Endpoint;
import dev.meshd.packet.IpAddress;
import dev.meshd.packet.IpPrefix;
import java.io.IOException;
import java.time.Instant;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The scalar types of the model: each is one JSON string.
 *
 * <p>Keys are strict: anything but prefix and hex is an error, the empty string included.
 * Addresses, prefixes and endpoints are lenient: one that we cannot read (a zone, a form of
 * tomorrow) is dropped from its list and does not cost the message, so that no peer can stop our
 * map stream with an odd endpoint.
 */
final class WireTypes extends SimpleModule {
  WireTypes() {
    super("meshd-control");
    key(NodeKey.class, NodeKey::text, NodeKey::parse, NodeKey::isZero);
    key(MachineKey.class, MachineKey::text, MachineKey::parse, MachineKey::isZero);
    key(DiscoKey.class, DiscoKey::text, DiscoKey::parse, DiscoKey::isZero);
    key(ChallengeKey.class, ChallengeKey::text, ChallengeKey::parse, ChallengeKey::isZero);
    key(TailnetLockKey.class, TailnetLockKey::text, TailnetLockKey::parse, TailnetLockKey::isZero);
    key(Instant.class, WireTime::format, WireTime::parse, time -> false);
    key(Octets.class, Octets::base64, Octets::parse, octets -> octets.length() == 0);
    lenient(IpAddress.class, text -> IpAddress.tryParse(text).orElse(null));
    lenient(IpPrefix.class, WireTypes::prefixOrNull);
    lenient(Endpoint.class, text -> Endpoint.tryParse(text).orElse(null));
  }

  private <T> void key(
      Class<T> type, Function<T, String> format, Parser<T> parse, Predicate<T> empty) {
    addSerializer(type, new TextSerializer<>(type, format, empty));
    addDeserializer(type, new TextDeserializer<>(type, parse, false));
  }

  private <T> void lenient(Class<T> type, Parser<T> parse) {
    addSerializer(type, new TextSerializer<>(type, Object::toString, value -> false));
    addDeserializer(type, new TextDeserializer<>(type, parse, true));
  }

  private static @Nullable IpPrefix prefixOrNull(String text) {
    try {
      return IpPrefix.parseLenient(text);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /** Text to value; null where a lenient type cannot be read. */
  private interface Parser<T> {
    @Nullable T parse(String text);
  }

  private static final class TextSerializer<T> extends StdScalarSerializer<T> {
    private final Function<T, String> format;
    private final Predicate<T> empty;

    TextSerializer(Class<T> type, Function<T, String> format, Predicate<T> empty) {
      super(type);
      this.format = format;
      this.empty = empty;
    }

    @Override
    public void serialize(T value, JsonGenerator json, SerializerProvider provider)
        throws IOException {
      json.writeString(format.apply(value));
    }

    @Override
    public boolean isEmpty(SerializerProvider provider, T value) {
      return value == null || empty.test(value);
    }
  }

  private static final class TextDeserializer<T> extends StdScalarDeserializer<T> {
    private final Class<T> type;
    private final Parser<T> parse;
    private final boolean lenient;

    TextDeserializer(Class<T> type, Parser<T> parse, boolean lenient) {
      super(type);
      this.type = type;
      this.parse = parse;
      this.lenient = lenient;
    }

    @Override
    public @Nullable T deserialize(JsonParser parser, DeserializationContext context)
        throws IOException {
      if (parser.currentToken() != JsonToken.VALUE_STRING) {
        return type.cast(context.handleUnexpectedToken(type, parser));
      }
      try {
        return parse.parse(parser.getText());
      } catch (RuntimeException e) {
        if (lenient) {
          return null;
        }
        throw context.weirdStringException("", type, "malformed text");
      }
    }
  }
}
