/**
 * The DERP relay network as the control server describes it: {@link DerpMap}, {@link DerpRegion},
 * {@link DerpNode}. Values only. The protocol itself lives below: {@link dev.meshd.derp.codec} is
 * the codec and the two login state machines without I/O, {@link dev.meshd.derp.client} connects to
 * a region, {@link dev.meshd.derp.server} is a relay.
 */
@NullMarked
package dev.meshd.derp;

import org.jspecify.annotations.NullMarked;
