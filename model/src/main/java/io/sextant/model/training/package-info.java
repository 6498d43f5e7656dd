/**
 * How a model learns: one step a batch, the optimisers, which rows are learned and kept, the checkpoint, and the λ that goes
 * into an artefact. Cold: owned by the trainer's threads. To change what a step computes, open
 * {@link io.sextant.model.training.DeepFmTrainer}; what TensorFlow does of it,
 * {@link io.sextant.model.training.TrainingNet}.
 */
@NullMarked
package io.sextant.model.training;

import org.jspecify.annotations.NullMarked;
