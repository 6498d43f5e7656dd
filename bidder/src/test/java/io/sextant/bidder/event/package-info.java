/** Tests of what the bidder tells the fleet and hears from it. */
@NullMarked
package io.sextant.bidder.event;

import org.jspecify.annotations.NullMarked;
