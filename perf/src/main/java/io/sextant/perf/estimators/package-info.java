/**
 * Which estimators measure what a model does not know, and which are proxies for the click probability. Cold; one thread
 * drives it.
 */
@NullMarked
package io.sextant.perf.estimators;

import org.jspecify.annotations.NullMarked;
