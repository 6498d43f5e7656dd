/**
 * The contract: everything that crosses a process boundary, and nothing else. Cold, but for the generated messages and
 * the JSON codec, which run on the bidder's event loops.
 */
@NullMarked
package io.sextant.protocol;

import org.jspecify.annotations.NullMarked;
