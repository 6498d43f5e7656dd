/**
 * Definition and training of the model in TensorFlow. Cold: owned by the trainer's threads.
 */
@NullMarked
package io.sextant.model.training;

import org.jspecify.annotations.NullMarked;
