/**
 * The controller's own HTTP port: health, metrics and the fleet's snapshots. Cold: on one event loop of its own.
 */
@NullMarked
package io.sextant.controller.admin;

import org.jspecify.annotations.NullMarked;
