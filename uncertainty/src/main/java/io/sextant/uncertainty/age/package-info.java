/**
 * Adversarial-gradient exploration: what an ad's predicted click-through rate would be after one more lesson. Hot
 * path.
 */
@NullMarked
package io.sextant.uncertainty.age;

import org.jspecify.annotations.NullMarked;
