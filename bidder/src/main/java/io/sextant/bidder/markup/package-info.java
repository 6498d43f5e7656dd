/**
 * What is shown: banner HTML, VAST and native answers, with the click and impression URLs in them. Warm: runs on the
 * event loops, once for each bid; free of state.
 */
@NullMarked
package io.sextant.bidder.markup;

import org.jspecify.annotations.NullMarked;
