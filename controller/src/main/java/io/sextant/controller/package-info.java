/**
 * The controller process: turns events into modifiers, training examples, arm metrics and campaign spend. Cold.
 */
@NullMarked
package io.sextant.controller;

import org.jspecify.annotations.NullMarked;
