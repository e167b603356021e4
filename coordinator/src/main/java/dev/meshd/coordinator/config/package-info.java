/**
 * What the operator decides. Read {@link ServerConfig} (every setting, its default and its unit),
 * then {@link ConfigReader} (YAML and command line to a config, all faults at once), {@link
 * ConfigWarnings} (what works and is likely to be regretted), {@link ConfigText} (a config as YAML
 * again), then {@link AdvertisedAddress} (what clients are told to dial when the operator did not
 * say).
 *
 * <p>Everything here is immutable and free of state. It reads the configuration file and the host's
 * interface list, and must never open a socket that listens or write a file.
 */
@NullMarked
package dev.meshd.coordinator.config;

import org.jspecify.annotations.NullMarked;
