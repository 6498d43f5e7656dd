@NullMarked
package io.sextant.bidder.decision;

import org.jspecify.annotations.NullMarked;
