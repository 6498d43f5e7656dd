@NullMarked
package io.sextant.bidder.spending;

import org.jspecify.annotations.NullMarked;
