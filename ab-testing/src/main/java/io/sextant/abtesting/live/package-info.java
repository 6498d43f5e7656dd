/**
 * The report on an experiment in live traffic: reads what happened from Kafka, adds it up by unit of allocation, and says
 * whether arms differ. Cold; one thread reads and computes.
 */
@NullMarked
package io.sextant.abtesting.live;

import org.jspecify.annotations.NullMarked;
