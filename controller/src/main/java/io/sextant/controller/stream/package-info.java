/**
 * Kafka Streams topologies of the controller: uncertainty windows, click attribution, arm metrics and the ledger.
 * Cold: once per message of a topic, on Kafka Streams' own threads; a processor and its stores belong to one of them.
 */
@NullMarked
package io.sextant.controller.stream;

import org.jspecify.annotations.NullMarked;
