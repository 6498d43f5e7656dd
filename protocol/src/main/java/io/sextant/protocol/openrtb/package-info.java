/**
 * OpenRTB 2.6 on the wire: messages generated from openrtb.proto, the JSON codec for them, and what makes a body a bid
 * request that can be answered ({@link io.sextant.protocol.openrtb.BidRequestReader}). Hot: runs on the bidder's event
 * loops, each with a codec of its own; messages are immutable and go anywhere.
 */
@NullMarked
package io.sextant.protocol.openrtb;

import org.jspecify.annotations.NullMarked;
