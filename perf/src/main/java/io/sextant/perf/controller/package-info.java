/**
 * Measures what the controller costs and checks that what it publishes is exact: {@code ./sextant bench controller}. Cold:
 * one thread drives, one sends, the controller runs in a process of its own.
 */
@NullMarked
package io.sextant.perf.controller;

import org.jspecify.annotations.NullMarked;
