/**
 * Evaluates policies from logged decisions: the command, and the bidder's own log of decisions as its input. Cold.
 */
@NullMarked
package io.sextant.bidder.policy;

import org.jspecify.annotations.NullMarked;
