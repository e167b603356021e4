/**
 * The one room for native calls: everything the agent asks of the Linux kernel that the JDK does
 * not offer.
 *
 * <p>{@link dev.meshd.linux.UdpFd} with {@link dev.meshd.linux.ReceiveBatch} and {@link
 * dev.meshd.linux.SendBatch} moves datagrams, {@link dev.meshd.linux.TunFd} moves packets, {@link
 * dev.meshd.linux.Poller} and {@link dev.meshd.linux.WakeFd} wait, {@link
 * dev.meshd.linux.BootClock} tells the time, {@link dev.meshd.linux.ServiceManager} is told how the
 * service is doing, {@link dev.meshd.linux.NetworkNamespace} is the network a thread sees, {@link
 * dev.meshd.linux.InheritedFds} what our starter left open. {@code Libc} holds the calls and {@code
 * Layouts} the C structures; neither leaves this package.
 *
 * <p>Descriptors may be used and closed from several threads; batches and pollers belong to one
 * thread. Calls are made through JNA direct mapping with addresses as numbers, so nothing is
 * allocated per call. On the packet path a result is a number; anywhere else a failed call is a
 * {@link dev.meshd.linux.LinuxException} that says what was tried.
 *
 * <p>Nothing here blocks except {@link dev.meshd.linux.Poller#poll}, and nothing here knows a
 * protocol of ours.
 */
@NullMarked
package dev.meshd.linux;

import org.jspecify.annotations.NullMarked;
