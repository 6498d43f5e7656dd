/**
 * OpenRTB 2.6 on the wire: messages generated from openrtb.proto and the JSON codec for them. Hot: runs on the
 * bidder's event loops.
 */
@NullMarked
package io.sextant.protocol.openrtb;

import org.jspecify.annotations.NullMarked;
