/**
 * What another policy would have earned, told from decisions that were logged with the probability of what was done: replay,
 * inverse propensities, doubly robust estimates, their intervals, and warnings where the log cannot tell. Cold.
 */
@NullMarked
package io.sextant.abtesting.policy;

import org.jspecify.annotations.NullMarked;
