@NullMarked
package io.sextant.bidder.pricing;

import org.jspecify.annotations.NullMarked;
