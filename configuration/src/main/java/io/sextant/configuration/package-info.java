/**
 * How a process reads its settings: the reference beside its config record, then the user's file, then the
 * environment; every mistake is one line that names file, key, value and what would be right. Cold: runs once, at
 * start.
 */
@NullMarked
package io.sextant.configuration;

import org.jspecify.annotations.NullMarked;
