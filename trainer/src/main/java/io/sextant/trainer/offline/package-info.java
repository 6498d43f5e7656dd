/**
 * Training and evaluation from files, without Kafka: a model is learned from recorded impressions, stopped when it gets no
 * better, calibrated, written as an artefact that bidders read, and reported on. Cold; owned by the command's thread.
 */
@NullMarked
package io.sextant.trainer.offline;

import org.jspecify.annotations.NullMarked;
