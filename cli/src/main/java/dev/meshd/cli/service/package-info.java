/**
 * What the long-running commands have in common as services: {@link
 * dev.meshd.cli.service.ServiceHeartbeat} reports to the service manager, {@link
 * dev.meshd.cli.service.ServiceLogging} is their log, with levels that can be changed at run time
 * and a memory of the last lines.
 */
@NullMarked
package dev.meshd.cli.service;

import org.jspecify.annotations.NullMarked;
