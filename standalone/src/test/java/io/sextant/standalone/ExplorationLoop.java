package io.sextant.standalone;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sextant.abtesting.allocation.Arm.ExplorationRule;
import io.sextant.bidder.event.ArmSecondBuilder;
import io.sextant.bidder.event.ImpressionRow;
import io.sextant.bidder.event.UnitSampling;
import io.sextant.bidder.pipeline.LeafCells;
import io.sextant.bidder.pricing.ArmModifier;
import io.sextant.configuration.ConfigurationLoader;
import io.sextant.controller.ControllerConfig;
import io.sextant.controller.ControllerMetrics;
import io.sextant.controller.StreamsProperties;
import io.sextant.controller.settings.FleetSettings;
import io.sextant.controller.stream.ControllerTopology;
import io.sextant.controller.stream.ProtobufSerde;
import io.sextant.protocol.Topics;
import io.sextant.protocol.event.ArmSecond;
import io.sextant.protocol.event.BidFacts;
import io.sextant.protocol.event.BillEvent;
import io.sextant.protocol.event.SpendsOn;
import io.sextant.protocol.snapshot.UncertaintySnapshot;
import io.sextant.uncertainty.modifier.BidModifierTable;
import io.sextant.uncertainty.modifier.ModifierCurve;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;

/**
 * Bidder and controller in a circle, on a clock of its own and from a seed: modifier tables decide bids, bids make seconds
 * of uncertainties and, where they win, bills, the controller's whole topology makes snapshots of these, and snapshots make
 * modifier tables. Exchanges differ in how uncertain their requests are; auctions are first-price.
 */
final class ExplorationLoop implements AutoCloseable {
    static final Map<String, ExplorationRule> ARMS = new LinkedHashMap<>();

    static {
        ARMS.put("control", ExplorationRule.NONE);
        ARMS.put("random", ExplorationRule.RANDOM);
        ARMS.put("uncertainty", ExplorationRule.UNCERTAINTY);
        ARMS.put("uniform", ExplorationRule.UNIFORM);
        ARMS.put("placebo", ExplorationRule.PCTR_PLACEBO);
    }

    private static final long EPOCH = 1;
    /** From a snapshot's publication until bids are made with it. */
    private static final int TRAVEL_S = 2;
    private static final int NOTICE_DELAY_MAX_MS = 30_000;
    private static final double BASE_NANOS = 2_000_000;

    /**
     * A part of the requests.
     *
     * @param cell  leaf cell
     * @param share of all requests, relative to the others
     * @param mean  of its requests' uncertainties
     */
    record Supply(String cell, double share, double mean) {
        private String format() {
            return cell.substring(cell.indexOf('/') + 1);
        }
    }

    /**
     * One bid.
     *
     * @param inBand whether its uncertainty lay between the quantiles of the table that it was decided with
     */
    record Decision(String arm, int second, Supply supply, double natural, double applied, boolean inShare,
            boolean inBand) {}

    private record Due(long timeMs, BillEvent bill) {}

    private record Told(int second, UncertaintySnapshot snapshot) {}

    /** Snapshots in the order in which they were published. */
    final List<UncertaintySnapshot> snapshots = new ArrayList<>();
    /** Bids of seconds in which {@link #recording} was on. */
    final List<Decision> decisions = new ArrayList<>();
    final ControllerMetrics metrics = new ControllerMetrics(new SimpleMeterRegistry());
    boolean recording;
    /** Seconds since the start. */
    int second;

    private final int bidsASecond;
    private final int auctionsASecond;
    private final SplittableRandom random;
    private final Instant start;
    private final TopologyTestDriver driver;
    private final TestInputTopic<String, ArmSecond> seconds;
    private final TestInputTopic<String, BillEvent> bills;
    private final TestOutputTopic<String, UncertaintySnapshot> published;
    private final Map<String, ArmSecondBuilder> builders = new HashMap<>();
    private final Map<String, BidModifierTable> tables = new HashMap<>();
    private final Map<String, List<double[]>> money = new HashMap<>();
    private final List<Told> told = new ArrayList<>();
    private final PriorityQueue<Due> due = new PriorityQueue<>(Comparator.comparingLong(Due::timeMs)
            .thenComparing(each -> each.bill().getBid().getBidId()));
    private final ImpressionRow row = new ImpressionRow();
    private final List<String> cells = new ArrayList<>();
    private List<Supply> supplies = List.of();

    /**
     * Starts with the reference settings and these.
     *
     * @param bidsASecond     of each arm
     * @param auctionsASecond bids of the uncertainty arm that can win; all others lose, since a bill costs the test as much
     *                        as a second of bids
     */
    ExplorationLoop(Path stateDir, Map<String, String> overrides, int bidsASecond, int auctionsASecond, long seed,
            Instant start) {
        this.bidsASecond = bidsASecond;
        this.auctionsASecond = auctionsASecond;
        this.random = new SplittableRandom(seed);
        this.start = start;
        var keys = new HashMap<>(overrides);
        keys.put("streams.state-dir", stateDir.toString());
        var config = new ConfigurationLoader("controller", Map.of()).load(ControllerConfig.class, null, keys);
        var properties = StreamsProperties.of(config, metrics);
        driver = new TopologyTestDriver(
                ControllerTopology.build(config, new FleetSettings(config, metrics), metrics, 1, properties),
                properties,
                start);
        seconds = driver.createInputTopic(Topics.UNCERTAINTY.topic(), new StringSerializer(),
                ProtobufSerde.of(ArmSecond.getDefaultInstance()).serializer());
        bills = driver.createInputTopic(Topics.BILLS.topic(), new StringSerializer(),
                ProtobufSerde.of(BillEvent.getDefaultInstance()).serializer());
        published = driver.createOutputTopic(Topics.SNAPSHOTS.topic(), new StringDeserializer(),
                ProtobufSerde.of(UncertaintySnapshot.getDefaultInstance()).deserializer());
        ARMS.keySet().forEach(arm -> {
            tables.put(arm, BidModifierTable.none());
            money.put(arm, new ArrayList<>());
        });
    }

    /** From now on requests come from here. */
    void supply(Supply... from) {
        supplies = List.of(from);
        supplies.stream().map(Supply::cell).filter(cell -> !cells.contains(cell)).forEach(cells::add);
        ARMS.keySet()
                .forEach(arm -> builders.put(arm, new ArmSecondBuilder("bidder-" + second, arm, new LeafCells(cells),
                        UnitSampling.none())));
    }

    /** Mean uncertainty of a request from anywhere. */
    double meanUncertainty() {
        return supplies.stream().mapToDouble(supply -> supply.share() * supply.mean()).sum()
                / supplies.stream().mapToDouble(Supply::share).sum();
    }

    void run(int forSeconds) {
        for (int end = second + forSeconds; second < end; second++) {
            told.removeIf(each -> {
                boolean arrives = each.second() + TRAVEL_S <= second;
                if (arrives) {
                    tables.put(each.snapshot().getArm(), BidModifierTable.of(each.snapshot()));
                }
                return arrives;
            });
            long secondMs = start.toEpochMilli() + second * 1000L;
            ARMS.forEach((arm, rule) -> bid(arm, rule, secondMs));
            driver.advanceWallClockTime(Duration.ofSeconds(1));
            ARMS.keySet()
                    .forEach(arm -> seconds.pipeInput(arm, builder(arm).take(secondMs, table(arm).version())));
            while (!due.isEmpty() && due.element().timeMs() <= secondMs + 1000) {
                BillEvent bill = due.remove().bill();
                bills.pipeInput(bill.getBid().getBidId(), bill);
            }
            for (UncertaintySnapshot snapshot : published.readValuesToList()) {
                snapshots.add(snapshot);
                told.add(new Told(second, snapshot));
            }
        }
    }

    private ArmSecondBuilder builder(String arm) {
        return Objects.requireNonNull(builders.get(arm));
    }

    private BidModifierTable table(String arm) {
        return Objects.requireNonNull(tables.get(arm));
    }

    private List<double[]> money(String arm) {
        return Objects.requireNonNull(money.get(arm));
    }

    private void bid(String arm, ExplorationRule rule, long secondMs) {
        BidModifierTable table = table(arm).at(secondMs);
        double[] sums = new double[2];
        for (int i = 0; i < bidsASecond; i++) {
            Supply supply = anySupply();
            double u = supply.mean() * lognormal(0.4);
            long key = random.nextLong();
            // Nothing to do with the uncertainty: the placebo knows only this.
            double pctr = rule == ExplorationRule.PCTR_PLACEBO ? 0.02 * lognormal(0.8) : Double.NaN;
            double natural = ArmModifier.natural(rule, table, u, EPOCH, pctr, supply.format(), key);
            double applied = table.applied(natural);
            boolean inShare = table.inExploreShare(key);
            builder(arm).add(row.at(secondMs, 0, cells.indexOf(supply.cell()),
                    ImpressionRow.REQUEST + ImpressionRow.IMPRESSION + ImpressionRow.BID
                            + (inShare ? ImpressionRow.EXPLORE_SHARE : 0))
                    .judged(u, pctr, 1, EPOCH).modified(natural, applied));
            if (recording) {
                ModifierCurve curve = table.curve(supply.format());
                decisions.add(new Decision(arm, second, supply, natural, applied, inShare,
                        curve != null && u >= curve.quantileLow() && u <= curve.quantileHigh()));
            }
            if (i < auctionsASecond && rule == ExplorationRule.UNCERTAINTY) {
                auction(arm, table, applied, secondMs, i, sums);
            }
        }
        money(arm).add(sums);
    }

    /** Rivals bid twice as much as we do, give or take: one auction in seven is won. */
    private void auction(String arm, BidModifierTable table, double applied, long secondMs, int i, double[] sums) {
        double base = BASE_NANOS * lognormal(0.5);
        if (base * applied < 2.5 * BASE_NANOS * lognormal(0.6)) {
            return;
        }
        long baseNanos = Math.round(base);
        long bidNanos = Math.round(base * applied);
        sums[0] += bidNanos;
        sums[1] += Math.max(0, bidNanos - baseNanos);
        var bid = BidFacts.newBuilder().setBidId(arm + "-" + second + "-" + i).setArm(arm).setCampaignId("shoes")
                .setBidTimeMs(secondMs).setBaseCpmMicros(baseNanos).setBidCpmMicros(bidNanos)
                .setSpendsOn(SpendsOn.SPENDS_ON_BILL);
        if (table.snapshot() != null && !table.capped()) {
            bid.setExplorationGain((float) table.gain());
        }
        long timeMs = secondMs + 1 + random.nextInt(NOTICE_DELAY_MAX_MS);
        due.add(new Due(timeMs,
                BillEvent.newBuilder().setBid(bid).setPriceCpmMicros(bidNanos).setTimeMs(timeMs).build()));
    }

    private Supply anySupply() {
        double at = random.nextDouble() * supplies.stream().mapToDouble(Supply::share).sum();
        for (Supply supply : supplies) {
            at -= supply.share();
            if (at < 0) {
                return supply;
            }
        }
        return supplies.getLast();
    }

    /** Its mean is 1. */
    private double lognormal(double sigma) {
        double gaussian = Math.sqrt(-2 * Math.log(1 - random.nextDouble()))
                * Math.cos(2 * Math.PI * random.nextDouble());
        return Math.exp(sigma * gaussian - sigma * sigma / 2);
    }

    /** The arm's last snapshot. */
    UncertaintySnapshot snapshot(String arm) {
        return snapshots.reversed().stream().filter(snapshot -> snapshot.getArm().equals(arm)).findFirst()
                .orElseThrow();
    }

    /** Of the arm's bids in these seconds. */
    double spendNanos(String arm, int fromSecond, int toSecond) {
        return money(arm).subList(fromSecond, toSecond).stream().mapToDouble(each -> each[0]).sum();
    }

    /** Of the arm's bids in these seconds. */
    double premiumNanos(String arm, int fromSecond, int toSecond) {
        return money(arm).subList(fromSecond, toSecond).stream().mapToDouble(each -> each[1]).sum();
    }

    @Override
    public void close() {
        driver.close();
    }
}
