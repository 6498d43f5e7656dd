/**
 * Policies: from the plain logits of an impression's candidates to those that they are ranked by, and the baselines that
 * adversarial-gradient exploration is held against. Hot path; every object is one event loop's.
 */
@NullMarked
package io.sextant.uncertainty.policy;

import org.jspecify.annotations.NullMarked;
