/** Tests of tokens, prices and the journal. */
@NullMarked
package io.sextant.bidder.notice;

import org.jspecify.annotations.NullMarked;
