/**
 * Every message of the control protocol, written once and used by the client and the server.
 *
 * <p>Records carry the names that the protocol gives them, letter for letter ({@link
 * dev.meshd.control.model.MapResponse}, {@link dev.meshd.control.model.DERPMap}); members are the
 * wire names in camel case, with the exact name in {@code @JsonProperty}. Where many members are
 * optional there is a builder.
 *
 * <p>How absence is modelled: text is never null (absent is empty), numbers and booleans are zero
 * or false, collections are empty, keys are zero. A member is {@code @Nullable} exactly where the
 * protocol gives "absent" a meaning that differs from "empty" or "false", or where it is an object
 * or a time.
 *
 * <p>Reading order: {@link dev.meshd.control.model.WireJson} (the rules of the encoding), {@link
 * dev.meshd.control.model.RegisterRequest} and its response, {@link
 * dev.meshd.control.model.MapRequest}, {@link dev.meshd.control.model.MapResponse}, {@link
 * dev.meshd.control.model.Node}, {@link dev.meshd.control.model.PeerChange}, then what they hold.
 *
 * <p>Everything here is immutable. Nothing here does IO, knows a connection, or keeps members it
 * does not know. Source of the shapes: tailscale: tailcfg/tailcfg.go, tailcfg/derpmap.go,
 * types/dnstype.
 */
@NullMarked
package dev.meshd.control.model;

import org.jspecify.annotations.NullMarked;
