/**
 * What each arm did and earned. Cold.
 */
@NullMarked
package io.sextant.abtesting.report;

import org.jspecify.annotations.NullMarked;
