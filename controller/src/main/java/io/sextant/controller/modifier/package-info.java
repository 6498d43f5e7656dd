/**
 * What bidders are told: turns each arm's window into its snapshot. Cold: once per arm and publication, on Kafka Streams'
 * thread.
 */
@NullMarked
package io.sextant.controller.modifier;

import org.jspecify.annotations.NullMarked;
