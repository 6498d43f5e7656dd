@NullMarked
package io.sextant.bidder.replay;

import org.jspecify.annotations.NullMarked;
