@NullMarked
package io.sextant.bidder.snapshot;

import org.jspecify.annotations.NullMarked;
