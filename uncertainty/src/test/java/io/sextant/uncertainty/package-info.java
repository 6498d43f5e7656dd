/**
 * A net that can be computed by hand, and the means to count bytes: what the tests of this module share.
 */
@NullMarked
package io.sextant.uncertainty;

import org.jspecify.annotations.NullMarked;
