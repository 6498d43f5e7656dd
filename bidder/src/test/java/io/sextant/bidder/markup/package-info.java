/** Tests of what is shown. */
@NullMarked
package io.sextant.bidder.markup;

import org.jspecify.annotations.NullMarked;
