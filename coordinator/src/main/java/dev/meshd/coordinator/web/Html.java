package dev.meshd.coordinator.web;

/** Text of strangers on a page. Stateless. */
final class Html {
  /** No name of a person or machine needs more; what is longer is cut. */
  private static final int MAX_LENGTH = 253;

  private Html() {}

  /**
   * {@code text} so that it can stand between tags or in a quoted attribute. Characters that are
   * invisible or change how their neighbours are drawn (controls, direction overrides, unpaired
   * surrogates) become U+FFFD, so that a name cannot pretend to be something else.
   */
  static String text(String text) {
    StringBuilder safe = new StringBuilder(Math.min(text.length(), MAX_LENGTH) + 16);
    int[] points = text.codePoints().limit(MAX_LENGTH + 1L).toArray();
    for (int i = 0; i < Math.min(points.length, MAX_LENGTH); i++) {
      append(safe, points[i]);
    }
    return points.length > MAX_LENGTH ? safe.append('…').toString() : safe.toString();
  }

  private static void append(StringBuilder safe, int point) {
    switch (point) {
      case '&' -> safe.append("&amp;");
      case '<' -> safe.append("&lt;");
      case '>' -> safe.append("&gt;");
      case '"' -> safe.append("&quot;");
      case '\'' -> safe.append("&#39;");
      default -> {
        if (isDeceptive(point)) {
          safe.append('\uFFFD');
        } else {
          safe.appendCodePoint(point);
        }
      }
    }
  }

  private static boolean isDeceptive(int point) {
    return switch (Character.getType(point)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          true;
      default -> false;
    };
  }
}
