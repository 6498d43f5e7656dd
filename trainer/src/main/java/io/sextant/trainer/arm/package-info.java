/**
 * What one arm's model has learned, how well it predicted before it learned, and the state that survives a restart.
 * Cold: owned by the arm's thread; knows no Kafka.
 */
@NullMarked
package io.sextant.trainer.arm;

import org.jspecify.annotations.NullMarked;
