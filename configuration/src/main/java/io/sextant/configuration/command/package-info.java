/**
 * What commands have in common, for picocli: a base with what every command does, and groups of options. Cold: once a
 * process, on the thread that runs the command.
 */
@NullMarked
package io.sextant.configuration.command;

import org.jspecify.annotations.NullMarked;
