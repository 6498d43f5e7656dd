package io.sextant.controller;

import io.sextant.configuration.KafkaConfig;

/**
 * Settings of a controller; each key's default, unit and meaning stand in {@code controller-reference.yaml}.
 *
 * @param kafka       how to reach Kafka
 * @param streams     how Kafka Streams runs
 * @param window      the panes of the rolling window over uncertainties
 * @param exploration how much to explore
 * @param guard       how the cost of exploration is watched
 * @param attribution how clicks find their impressions
 * @param metrics     sums by minute and day
 * @param admin       the controller's own HTTP port
 */
public record ControllerConfig(KafkaConfig kafka, StreamsSettings streams,
        WindowConfig window, ExplorationConfig exploration, GuardConfig guard, AttributionConfig attribution,
        MetricsConfig metrics, AdminConfig admin) {

    /** Checks that panes fit the window. */
    public ControllerConfig {
        window.requireWholePanes("exploration.window", exploration.window());
    }
}
