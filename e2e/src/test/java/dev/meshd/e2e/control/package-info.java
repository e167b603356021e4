/**
 * The control client alone against a real server of the other project, over loopback and without
 * root: what it says, hears and survives. Skipped by name where there is no such server.
 */
package dev.meshd.e2e.control;
