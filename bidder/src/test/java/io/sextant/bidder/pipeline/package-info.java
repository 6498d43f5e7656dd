@NullMarked
package io.sextant.bidder.pipeline;

import org.jspecify.annotations.NullMarked;
