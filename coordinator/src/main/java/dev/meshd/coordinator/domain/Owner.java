package dev.meshd.coordinator.domain;

import java.util.List;
import java.util.regex.Pattern;

/** Who a node belongs to: a user, or nobody but its tags. Never both. */
public sealed interface Owner {

  /** The tags, empty for a user's node. */
  default List<String> tags() {
    return List.of();
  }

  /** A user's node; its key may expire. */
  record OfUser(long userId) implements Owner {}

  /** A node with a role instead of a user; its key never expires. */
  record Tagged(List<String> tags) implements Owner {
    public Tagged {
      if (tags.isEmpty()) {
        throw new IllegalArgumentException("a tagged node has at least one tag");
      }
      tags = tags.stream().distinct().sorted().toList();
    }
  }

  /** {@code tag:} and a letter, then letters, digits and dashes. */
  static boolean isValidTag(String tag) {
    return TagForm.PATTERN.matcher(tag).matches();
  }

  /** The accepted form of a tag. */
  final class TagForm {
    private static final Pattern PATTERN = Pattern.compile("tag:\\p{Alpha}[\\p{Alnum}-]{0,62}");

    private TagForm() {}
  }
}
