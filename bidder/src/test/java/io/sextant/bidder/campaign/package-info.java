@NullMarked
package io.sextant.bidder.campaign;

import org.jspecify.annotations.NullMarked;
