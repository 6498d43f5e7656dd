/**
 * From the topic {@code examples} to the arms. Cold: one thread an arm.
 */
@NullMarked
package io.sextant.trainer.stream;

import org.jspecify.annotations.NullMarked;
