/**
 * How a model learns: one step a batch, the optimisers, the checkpoint, the metrics of predictions made before learning, and
 * the λ that goes into an artefact. Cold: owned by the trainer's threads.
 */
@NullMarked
package io.sextant.model.training;

import org.jspecify.annotations.NullMarked;
