/**
 * The {@code ./bench} command: {@link dev.meshd.bench.Bench} and one command per benchmark. What is
 * measured is in the packages below; nothing of it is installed or runs in the tests but a short
 * check that it starts.
 */
@NullMarked
package dev.meshd.bench;

import org.jspecify.annotations.NullMarked;
