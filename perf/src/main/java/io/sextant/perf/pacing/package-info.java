/**
 * How closely budgets are spent along their plans: the ledger and bidders' purses on a simulated clock, in recorded traffic.
 * Cold; a run has one thread.
 */
@NullMarked
package io.sextant.perf.pacing;

import org.jspecify.annotations.NullMarked;
