/**
 * Who is in which arm. Hot path.
 */
@NullMarked
package io.sextant.abtesting.allocation;

import org.jspecify.annotations.NullMarked;
