/**
 * Whether arms differ: ratio metrics over units of allocation, their differences, tests that may be looked at at any time,
 * and how much traffic an answer takes. Cold; nothing here is shared between threads.
 */
@NullMarked
package io.sextant.abtesting.statistics;

import org.jspecify.annotations.NullMarked;
