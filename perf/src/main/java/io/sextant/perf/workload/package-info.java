/** What is measured on: a planted world, a net trained on it, and a bidder's requests drawn from it. Cold. */
@NullMarked
package io.sextant.perf.workload;

import org.jspecify.annotations.NullMarked;
