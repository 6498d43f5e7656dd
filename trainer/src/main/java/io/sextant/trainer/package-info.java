/**
 * Turns each arm's labelled impressions into models: the process, its settings and its meters. Cold: one thread an arm.
 */
@NullMarked
package io.sextant.trainer;

import org.jspecify.annotations.NullMarked;
