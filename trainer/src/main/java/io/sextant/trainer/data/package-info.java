/**
 * Labelled impressions in files: recorded logs, dumps of the topic of examples, libsvm and libffm lines, read into the rows
 * that models learn from. Cold; every reader belongs to one thread.
 */
@NullMarked
package io.sextant.trainer.data;

import org.jspecify.annotations.NullMarked;
