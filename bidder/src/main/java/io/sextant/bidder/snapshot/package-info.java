/**
 * What an event loop needs to know of the rest of the world to bid: one immutable snapshot behind one volatile reference.
 * Reading is hot path; replacing is cold and may be done by any thread.
 */
@NullMarked
package io.sextant.bidder.snapshot;

import org.jspecify.annotations.NullMarked;
