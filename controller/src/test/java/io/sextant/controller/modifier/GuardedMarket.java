package io.sextant.controller.modifier;

import io.sextant.controller.state.Charge;
import io.sextant.protocol.snapshot.CellStatistics;
import io.sextant.protocol.snapshot.ModifierDistribution;
import io.sextant.protocol.snapshot.UncertaintySnapshot;
import io.sextant.uncertainty.modifier.BidModifierTable;
import io.sextant.uncertainty.modifier.ModifierDistributions;
import io.sextant.uncertainty.quantile.QuantileSketch;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.SplittableRandom;

/**
 * First-price auctions, second by second on a clock of its own, whose bids are scaled by what the publisher says and whose
 * charges come back to it late. Rivals' prices do not depend on anything, so a higher bid wins more often.
 */
final class GuardedMarket {
    static final List<String> ARMS = List.of("control", "random", "uncertainty");
    static final long START_MS = 1_800_000_000_000L;
    /** From a draft's publication until bids are made with it. */
    private static final int TRAVEL_S = 2;
    private static final int PUBLISH_S = 5;
    private static final int BIDS_A_SECOND = 60;
    private static final double BASE_NANOS = 2_000_000;

    private record Due(long timeMs, long order, Charge charge) {}

    private record Told(int second, UncertaintySnapshot snapshot) {}

    private final PublisherDriver publisher;
    private final SplittableRandom random;
    private final double noticeDelayMinS;
    private final double noticeDelayMaxS;
    private final PriorityQueue<Due> due = new PriorityQueue<>(
            Comparator.comparingLong(Due::timeMs).thenComparingLong(Due::order));
    private final List<Told> told = new ArrayList<>();
    private final Map<String, BidModifierTable> tables = new HashMap<>();
    /** By arm and second of the bid. */
    private final Map<String, List<double[]>> money = new HashMap<>();
    private ModifierDistribution natural = ModifierDistribution.getDefaultInstance();
    private double sigma;
    private boolean controllerUp = true;
    private long order;
    int second;

    /** Charges come so many seconds after their bids, every delay in between being as likely. */
    GuardedMarket(PublisherDriver publisher, long seed, double noticeDelayMinS, double noticeDelayMaxS) {
        this.publisher = publisher;
        this.random = new SplittableRandom(seed);
        this.noticeDelayMinS = noticeDelayMinS;
        this.noticeDelayMaxS = noticeDelayMaxS;
        ARMS.forEach(arm -> {
            tables.put(arm, BidModifierTable.none());
            money.put(arm, new ArrayList<>());
        });
    }

    /** Sets how much uncertainties spread so that exploration at gain 1 costs this share of the spend. */
    void naturalPremium(double share) {
        double low = 0;
        double high = 3;
        for (int i = 0; i < 30; i++) {
            sigma = (low + high) / 2;
            if (naturalPremium() < share) {
                low = sigma;
            } else {
                high = sigma;
            }
        }
        var sketch = new QuantileSketch();
        var draws = new SplittableRandom(3);
        for (int i = 0; i < 20_000; i++) {
            sketch.record(modifier(uncertainty(draws)));
        }
        natural = ModifierDistributions.of(sketch);
    }

    private double naturalPremium() {
        var draws = new SplittableRandom(2);
        double spend = 0;
        double premium = 0;
        for (int i = 0; i < 20_000; i++) {
            double base = base(draws);
            double rival = rival(draws);
            double modifier = draws.nextDouble() < publisher.settings().getExploreShare()
                    ? modifier(uncertainty(draws))
                    : 1;
            if (base * modifier >= rival) {
                spend += base * modifier;
                premium += base * (modifier - 1);
            }
        }
        return premium / spend;
    }

    /** Share of all requests whose modifiers are looked at; the supply stays as it is. */
    void exploreShare(double share) {
        publisher.set(publisher.settings().toBuilder().setExploreShare(share));
    }

    /** While it is down nothing is published, and charges wait. */
    void controllerUp(boolean up) {
        controllerUp = up;
    }

    void run(int seconds) {
        for (int end = second + seconds; second < end; second++) {
            told.removeIf(each -> {
                boolean arrives = each.second() + TRAVEL_S <= second;
                if (arrives) {
                    tables.put(each.snapshot().getArm(), BidModifierTable.of(each.snapshot()));
                }
                return arrives;
            });
            ARMS.forEach(this::bid);
            if (controllerUp) {
                hear();
            }
        }
    }

    private void hear() {
        long nowMs = START_MS + (second + 1) * 1000L;
        while (!due.isEmpty() && due.element().timeMs() <= nowMs) {
            Due next = due.remove();
            tell(publisher.send(next.charge(), next.timeMs()));
        }
        if ((second + 1) % PUBLISH_S == 0) {
            ARMS.forEach(arm -> tell(publisher.send(draft(arm, nowMs), nowMs)));
        }
    }

    private void tell(List<UncertaintySnapshot> snapshots) {
        snapshots.forEach(snapshot -> told.add(new Told(second, snapshot)));
    }

    private UncertaintySnapshot draft(String arm, long timeMs) {
        return UncertaintySnapshot.newBuilder().setArm(arm).setTimeMs(timeMs).setUncertaintyEpoch(1)
                .setSettings(publisher.settings())
                .addCell(CellStatistics.newBuilder().setCount(1000).setMean(1).setQuantileHighValue(1e9))
                .setOwnModifiers(natural).build();
    }

    private void bid(String arm) {
        double spend = 0;
        double premium = 0;
        long nowMs = START_MS + second * 1000L;
        BidModifierTable table = Objects.requireNonNull(tables.get(arm)).at(nowMs);
        for (int i = 0; i < BIDS_A_SECOND; i++) {
            long key = random.nextLong();
            double found = switch (arm) {
                case "uncertainty" -> table.byUncertainty(uncertainty(random), "banner", key);
                case "random" -> table.blind(key);
                default -> 1;
            };
            double base = base(random);
            double rival = rival(random);
            double bid = base * table.applied(found);
            if (bid < rival) {
                continue;
            }
            long paid = Math.round(bid);
            long extra = Math.max(0, paid - Math.round(base));
            spend += paid;
            premium += extra;
            long bidTimeMs = nowMs + random.nextInt(1000);
            var charge = Charge.newBuilder().setArm(arm).setBidTimeMs(bidTimeMs).setSpendNanos(paid)
                    .setPremiumNanos(extra);
            if (table.snapshot() != null && !table.capped()) {
                charge.setGain((float) table.gain());
            }
            double delayS = noticeDelayMinS + (noticeDelayMaxS - noticeDelayMinS) * random.nextDouble();
            due.add(new Due(bidTimeMs + Math.round(1000 * delayS), order++, charge.build()));
        }
        money(arm).add(new double[]{spend, premium});
    }

    private List<double[]> money(String arm) {
        return Objects.requireNonNull(money.get(arm));
    }

    private double uncertainty(SplittableRandom draws) {
        return Math.exp(sigma * gaussian(draws) - sigma * sigma / 2);
    }

    private double modifier(double u) {
        return Math.min(publisher.settings().getModifierMax(), Math.max(publisher.settings().getModifierMin(), u));
    }

    private static double base(SplittableRandom draws) {
        return BASE_NANOS * Math.exp(0.5 * gaussian(draws));
    }

    private static double rival(SplittableRandom draws) {
        return 2 * BASE_NANOS * Math.exp(0.6 * gaussian(draws));
    }

    private static double gaussian(SplittableRandom draws) {
        return Math.sqrt(-2 * Math.log(1 - draws.nextDouble())) * Math.cos(2 * Math.PI * draws.nextDouble());
    }

    /** Premium of the arm's bids in these seconds, as a share of what was spent on them. */
    double premium(String arm, int fromSecond, int toSecond) {
        return premiumNanos(arm, fromSecond, toSecond) / spendNanos(arm, fromSecond, toSecond);
    }

    double premiumNanos(String arm, int fromSecond, int toSecond) {
        return money(arm).subList(fromSecond, toSecond).stream().mapToDouble(each -> each[1]).sum();
    }

    double spendNanos(String arm, int fromSecond, int toSecond) {
        return money(arm).subList(fromSecond, toSecond).stream().mapToDouble(each -> each[0]).sum();
    }
}
