package io.sextant.perf.capacity;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The fleet that a demand needs, by what was measured. Pure arithmetic. */
final class FleetPlan {
    private static final double BITS = 8;
    private static final double MEGA = 1e6;
    private static final double GIGA = 1e9;
    private static final double SECONDS_OF_DAY = 86_400;
    private static final double MS_PER_SECOND = 1_000;
    private static final int ARM_MODELS_DURING_SWAP = 1;

    private final Demand demand;
    private final Measured measured;

    FleetPlan(Demand demand, Measured measured) {
        this.demand = demand;
        this.measured = measured;
    }

    /**
     * One line of the plan.
     *
     * @param what    for people
     * @param value   the number
     * @param digits  after the point
     * @param formula how it comes about, in words
     */
    record Line(String what, double value, int digits, String formula) {
        String shown() {
            return Double.isFinite(value) ? String.format(Locale.ROOT, "%,." + digits + "f", value) : "not measured";
        }
    }

    /** Requests a second of one bidder machine. */
    double requestsPerBidder() {
        return demand.cores() * demand.utilisation() * MS_PER_SECOND / measured.get("cpu_ms_per_request");
    }

    /** Bidder machines, whole ones and one that may fail. */
    double bidders() {
        return Math.ceil(demand.requests() / requestsPerBidder()) + 1;
    }

    /** Messages of seconds, a second. */
    double secondMessages() {
        return bidders() * demand.arms();
    }

    /** Bytes a second into Kafka from bidders, one copy. */
    double kafkaBytes() {
        return demand.requests() * demand.decisionShare() * measured.get("kafka_bytes_per_decision")
                + secondMessages() * measured.get("controller_bytes_in_per_message")
                + demand.impressions()
                        * (measured.get("kafka_bytes_per_win") + 2 * measured.get("kafka_bytes_per_bill"));
    }

    /** Partitions of the topics of notices. */
    double partitions() {
        double noticeMb = demand.impressions() * measured.get("kafka_bytes_per_bill") / MEGA;
        return Math.max(demand.arms(), Math.ceil(noticeMb / demand.partitionMb()));
    }

    /** Cores that the controller's windows need. */
    double controllerCores() {
        return measured.get("controller_cpu_base")
                + secondMessages() * measured.get("controller_cpu_ms_per_message") / MS_PER_SECOND;
    }

    /** Cores that training on every impression needs. */
    double trainerCores() {
        return demand.impressions() * measured.get("cpu_micros_per_example") / MEGA;
    }

    /** Bytes of all arms' tables in a bidder, one of them twice while it is swapped. */
    double servedBytes() {
        return (demand.arms() + ARM_MODELS_DURING_SWAP) * demand.ids() * measured.get("memory_bytes_per_row_served");
    }

    /** Bytes of one arm's table in training. */
    double trainedBytes() {
        return demand.ids() * measured.get("memory_bytes_per_row_trained");
    }

    /** Gigabits a second into all bidders. */
    double networkIn() {
        return demand.requests() * measured.get("wire_bytes_per_request") * BITS / GIGA;
    }

    /** Gigabits a second out of all bidders, without Kafka. */
    double networkOut() {
        return demand.requests() * measured.get("wire_bytes_per_answer") * BITS / GIGA;
    }

    /** Everything, in the order in which a reader asks. */
    List<Line> lines() {
        List<Line> lines = new ArrayList<>();
        lines.add(new Line("requests a second of a bidder machine", requestsPerBidder(), 0,
                "cores × utilisation ÷ CPU of a request"));
        lines.add(new Line("bidder machines", bidders(), 0, "requests ÷ that, rounded up, and one"));
        lines.add(new Line("gigabit/s into the bidders", networkIn(), 2, "requests × bytes of a request"));
        lines.add(new Line("gigabit/s out of them", networkOut(), 2, "requests × bytes of an answer"));
        lines.add(new Line("impressions a second", demand.impressions(), 0, "requests × bid share × win rate"));
        lines.add(new Line("MB/s into Kafka, one copy", kafkaBytes() / MEGA, 2,
                "decisions + seconds + (win + bill + pixel) × impressions"));
        lines.add(new Line("MB/s written by brokers", demand.replication() * kafkaBytes() / MEGA, 2, "× copies"));
        lines.add(new Line("GB a day, all copies", demand.replication() * kafkaBytes() * SECONDS_OF_DAY / GIGA, 0,
                "× 86,400 s"));
        lines.add(new Line("partitions of wins, bills, impressions, clicks", partitions(), 0,
                "MB/s of a topic ÷ MB/s of a partition, at least one an arm"));
        lines.add(new Line("controller: messages a second", secondMessages(), 0, "bidders × arms"));
        lines.add(new Line("controller: cores for its windows", controllerCores(), 2,
                "base + messages × CPU of a message"));
        lines.add(new Line("trainer: examples a second", demand.impressions(), 0, "every impression is one"));
        lines.add(new Line("trainer: cores", trainerCores(), 2, "examples × CPU of an example"));
        lines.add(new Line("bidder: GB of tables", servedBytes() / GIGA, 1,
                "(arms + 1 while one is swapped) × ids × bytes of a row served"));
        lines.add(new Line("trainer: GB of tables an arm", trainedBytes() / GIGA, 1, "ids × bytes of a row trained"));
        return lines;
    }
}
