/**
 * What every benchmark measures with: {@link dev.meshd.bench.measure.Samples} (medians and
 * quantiles), {@link dev.meshd.bench.measure.ProcessUsage} (memory, processor time and context
 * switches of any process, from {@code /proc}), {@link dev.meshd.bench.measure.CpuTrace} (processor
 * time over time, for peaks), {@link dev.meshd.bench.measure.Machine} (what the figures are worth),
 * {@link dev.meshd.bench.measure.MarkdownTable} (how they are printed).
 *
 * <p>Nothing here decides whether a figure is good.
 */
@NullMarked
package dev.meshd.bench.measure;

import org.jspecify.annotations.NullMarked;
