/**
 * The targets of {@link dev.meshd.fuzz.FuzzTarget}, one class each. The class comment is the
 * target's input format and what is checked beyond "it does not throw".
 */
@NullMarked
package dev.meshd.fuzz.reader;

import org.jspecify.annotations.NullMarked;
