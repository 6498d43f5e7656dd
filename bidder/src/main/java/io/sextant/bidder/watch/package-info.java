/** Files that are read again when they have changed. Cold; a thread for each file. */
@NullMarked
package io.sextant.bidder.watch;

import org.jspecify.annotations.NullMarked;
