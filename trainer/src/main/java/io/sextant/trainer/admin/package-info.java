/**
 * Health and metrics over HTTP. Cold: one Vert.x event loop.
 */
@NullMarked
package io.sextant.trainer.admin;

import org.jspecify.annotations.NullMarked;
