package io.sextant.protocol;

import java.util.List;

/**
 * The Kafka topics, by name, with what a broker must know to create them. Values are protobuf; keys are UTF-8 strings.
 */
public enum Topics {
    /** Bidder to controller, key arm: {@code ArmSecond}. */
    UNCERTAINTY("uncertainty", false),
    /** Controller to every bidder, key arm: {@code UncertaintySnapshot}. */
    SNAPSHOTS("snapshots", true),
    /** Controllers among themselves, key {@code exploration}: {@code ExplorationChange}, the settings in force. */
    EXPLORATION("exploration", true),
    /** Bidder to controller, key bid id: {@code WinEvent}. */
    WINS("wins", false),
    /** Bidder to controller, key bid id: {@code BillEvent}. */
    BILLS("bills", false),
    /** Bidder to controller, key bid id: {@code ImpressionEvent}. */
    IMPRESSIONS("impressions", false),
    /** Bidder to controller, key bid id: {@code ClickEvent}. */
    CLICKS("clicks", false),
    /** Bidder to controller, key arm: {@code LossCounts}. */
    LOSSES("losses", false),
    /** Controller to trainer, key arm: {@code Example}. */
    EXAMPLES("examples", false),
    /** Trainer to every bidder, key arm: {@code ModelSnapshot}. */
    MODELS("models", true),
    /** Controller to every bidder, key campaign, arm and day: {@code CampaignSpend}. */
    SPEND("spend", true),
    /** Bidder to controller, key campaign and arm: {@code LeaseRequest}. */
    LEASE_REQUESTS("lease-requests", false),
    /** Controller to every bidder, key lease: {@code LeaseGrant}. */
    LEASES("leases", true),
    /** Operators to every bidder, key scope and id: {@code StopOrder}. */
    STOPS("stops", true),
    /** Controller to every bidder, key partition of the ledger: {@code LedgerHeartbeat}. */
    LEDGER_HEARTBEATS("ledger-heartbeats", false),
    /** Controller to reports and dashboard, key arm and minute: {@code ArmMinute}. */
    METRICS("metrics", true),
    /** Bidder to replay and analysis, key request id: {@code BidEvent}. */
    BIDS("bids", false);

    private final String topic;
    private final boolean compacted;

    Topics(String topic, boolean compacted) {
        this.topic = topic;
        this.compacted = compacted;
    }

    /** The topic's name on the broker. */
    public String topic() {
        return topic;
    }

    /** Whether only the last value of each key is kept. */
    public boolean compacted() {
        return compacted;
    }

    /** All topics. */
    public static List<Topics> all() {
        return List.of(values());
    }
}
