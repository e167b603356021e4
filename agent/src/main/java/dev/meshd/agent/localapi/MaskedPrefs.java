package dev.meshd.agent.localapi;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/**
 * An edit of {@link Prefs}: values plus, for each one meant, {@code <Field>Set: true}. A value
 * without its mark is ignored, so a client may send whole prefs and change one field. Immutable.
 *
 * <p>Side rules: choosing an exit node by ID or address ends the automatic choice, and clearing it
 * also clears the one remembered for toggling, which clients may not set themselves.
 *
 * @see "tailscale: ipn/prefs.go, MaskedPrefs and ApplyEdits"
 */
public final class MaskedPrefs {
  private static final String MARK = "Set";
  private static final String EXIT_NODE_ID = "ExitNodeID";
  private static final String EXIT_NODE_PRIOR = "InternalExitNodePrior";

  private final ObjectNode json;

  private MaskedPrefs(ObjectNode json) {
    this.json = json;
  }

  public static MaskedPrefs none() {
    return new MaskedPrefs(Json.object());
  }

  /**
   * Takes the edit of a PATCH body.
   *
   * @throws PrefsException if it is not an object
   */
  public static MaskedPrefs of(JsonNode body) throws PrefsException {
    if (body instanceof ObjectNode object) {
      return new MaskedPrefs(object.deepCopy());
    }
    throw new PrefsException("prefs must be a JSON object");
  }

  /** This edit, also setting {@code field} (its JSON name) to {@code value}. */
  public MaskedPrefs with(String field, Object value) {
    ObjectNode copy = json.deepCopy();
    copy.set(field, Json.tree(value));
    copy.put(field + MARK, true);
    return new MaskedPrefs(copy);
  }

  /** Names of the fields this edit changes. */
  public List<String> fields() {
    List<String> fields = new ArrayList<>();
    json.properties()
        .forEach(
            property -> {
              if (property.getKey().endsWith(MARK) && marks(property.getValue())) {
                fields.add(
                    property.getKey().substring(0, property.getKey().length() - MARK.length()));
              }
            });
    return fields;
  }

  public boolean isEmpty() {
    return fields().isEmpty();
  }

  public JsonNode json() {
    return json.deepCopy();
  }

  /**
   * The prefs after this edit.
   *
   * @throws PrefsException if a value has the wrong type, or a field may not be set from outside
   */
  public Prefs applyTo(Prefs prefs) throws PrefsException {
    ObjectNode edited = (ObjectNode) Json.tree(prefs);
    for (String field : fields()) {
      if (field.equals(EXIT_NODE_PRIOR)) {
        throw new PrefsException("can't set Internal fields");
      }
      JsonNode mark = json.path(field + MARK);
      JsonNode value = json.path(field);
      if (mark.isObject()) {
        applyParts(edited, field, mark, value);
      } else if (value.isMissingNode()) {
        edited.remove(field);
      } else {
        edited.set(field, value);
      }
      if (field.equals(EXIT_NODE_ID) || field.equals("ExitNodeIP")) {
        edited.put("AutoExitNode", "");
      }
      if (field.equals(EXIT_NODE_ID) && value.asText("").isEmpty()) {
        edited.put(EXIT_NODE_PRIOR, "");
      }
    }
    try {
      return Json.convert(edited, Prefs.class);
    } catch (JsonProcessingException e) {
      throw new PrefsException("malformed prefs: " + e.getOriginalMessage(), e);
    }
  }

  /**
   * A pref that is itself an object has one mark per member: {@code AutoUpdateSet: {CheckSet:
   * true}}.
   */
  private static void applyParts(ObjectNode edited, String field, JsonNode marks, JsonNode value) {
    JsonNode current = edited.path(field);
    ObjectNode merged = current instanceof ObjectNode object ? object.deepCopy() : Json.object();
    marks
        .properties()
        .forEach(
            mark -> {
              String name = mark.getKey();
              if (name.endsWith(MARK) && mark.getValue().asBoolean(false)) {
                String part = name.substring(0, name.length() - MARK.length());
                merged.set(part, value.path(part));
              }
            });
    edited.set(field, merged);
  }

  private static boolean marks(JsonNode mark) {
    if (mark.isObject()) {
      return mark.properties().stream().anyMatch(part -> part.getValue().asBoolean(false));
    }
    return mark.asBoolean(false);
  }
}
