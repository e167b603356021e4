/**
 * Files that must not be lost, and who may write them. {@link dev.meshd.disk.PrivateFile} replaces
 * a file as a whole, so that a crash or a power cut at any moment leaves the old content or the
 * new; {@link dev.meshd.disk.HeldDirectory} is a directory that one process holds at a time; {@link
 * dev.meshd.disk.Disk} are the single steps both are made of, so that a test can stop after each;
 * {@link dev.meshd.disk.DiskFault} words what the system says for people.
 *
 * <p>Nothing here knows what is in a file, and nothing is ever written in place.
 */
@NullMarked
package dev.meshd.disk;

import org.jspecify.annotations.NullMarked;
