/**
 * From a trained arm to an artefact on disk and its announcement on the topic {@code models}. Cold: the arm's thread.
 */
@NullMarked
package io.sextant.trainer.publish;

import org.jspecify.annotations.NullMarked;
