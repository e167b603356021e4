/**
 * What the daemon tells about itself to those who look after it: {@link
 * dev.meshd.agent.diagnostics.ServiceLog} is its log as far as it can be asked and changed at run
 * time, {@link dev.meshd.agent.diagnostics.ProcessFigures} what the process uses of the machine,
 * {@link dev.meshd.agent.diagnostics.BugReport} all of it in one bundle, through {@link
 * dev.meshd.agent.diagnostics.Redaction} so that no secret leaves.
 *
 * <p>Nothing here knows the backend; it hands in what it wants told.
 */
@NullMarked
package dev.meshd.agent.diagnostics;

import org.jspecify.annotations.NullMarked;
