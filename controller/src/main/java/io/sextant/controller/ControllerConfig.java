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
 * @param ledger      how budgets are leased to bidders
 * @param metrics     sums by minute
 * @param admin       the controller's own HTTP port
 */
public record ControllerConfig(KafkaConfig kafka, StreamsSettings streams,
        WindowConfig window, ExplorationConfig exploration, GuardConfig guard, AttributionConfig attribution,
        LedgerConfig ledger, MetricsConfig metrics, AdminConfig admin) {

    /** Checks that panes fit the window, and that days are kept as long as their bills may come. */
    public ControllerConfig {
        window.requireWholePanes("exploration.window", exploration.window());
        if (ledger.daysKept().compareTo(attribution.retention().plusDays(2)) < 0) {
            throw new IllegalArgumentException("ledger.days-kept is " + ledger.daysKept().toDays()
                    + "d, must be at least two days longer than attribution.retention, "
                    + attribution.retention().toHours() + "h");
        }
    }
}
