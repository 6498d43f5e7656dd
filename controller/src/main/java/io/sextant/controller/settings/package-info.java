/**
 * Exploration settings of the whole fleet: what is in force, where changes come from (a watched file, the admin port) and
 * how they are written so that none is lost and none undone; and operators' orders to stop bidding. Cold: each class names its thread.
 */
@NullMarked
package io.sextant.controller.settings;

import org.jspecify.annotations.NullMarked;
