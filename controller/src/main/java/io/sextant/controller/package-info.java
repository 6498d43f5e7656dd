/**
 * The controller process: turns events into modifiers, training examples and arm metrics, and keeps the
 * ledger of budgets. Cold.
 */
@NullMarked
package io.sextant.controller;

import org.jspecify.annotations.NullMarked;
