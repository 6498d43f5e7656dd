package io.sextant.bidder.lowering;

import static io.sextant.bidder.campaign.CampaignBuilder.campaign;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sextant.bidder.campaign.Budget;
import io.sextant.bidder.campaign.Budget.Bidding;
import io.sextant.bidder.campaign.Catalogue;
import io.sextant.bidder.lowering.BudgetOutlook.Left;
import io.sextant.bidder.shading.ShadingConfig;
import io.sextant.bidder.strategy.StrategyConfig;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Second-price auctions with prices even from 0 to 2 USD a thousand, values even from 0 to 4, unless said otherwise. */
class PlanMakerTest {
    private static final long USD = 1_000_000;
    private static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);
    static final StrategyConfig STRATEGY = new StrategyConfig(200, 20_000, 400, 100);
    private static final long CAP = 50 * USD;

    private @Nullable Left left;
    private long nowNs;

    private PlanMaker maker(boolean shaded) {
        return new PlanMaker(ShadingConfig.standard(shaded), STRATEGY, AuctionsOfOneSeller.EXCHANGES,
                List.of("control", "other"), (campaign, arm) -> campaign.equals("c") && arm == 0 ? left : null);
    }

    private static Catalogue catalogue(Bidding bidding, long targetCpcMicros) {
        return new Catalogue("1", List.of(campaign("free").build(), campaign("c").budget(new Budget(100 * USD,
                Budget.UNLIMITED, ZoneOffset.UTC, Budget.Pacing.EVEN, targetCpcMicros, bidding)).build()));
    }

    private BidPlans plan(PlanMaker maker, Catalogue catalogue) {
        nowNs += SECOND_NS;
        return maker.plan(catalogue, nowNs, () -> nowNs);
    }

    private static AccountPlan account(BidPlans plans) {
        return Objects.requireNonNull(plans.account("c", 0));
    }

    /** Bids as planned in so many auctions and tells how they ended; returns what was paid, in micros per thousand. */
    private static long run(PlanMaker maker, BidPlans plans, int from, int auctions, Random random) {
        long paid = 0;
        for (int i = from; i < from + auctions; i++) {
            long value = 1 + (long) (random.nextDouble() * 4 * USD);
            long price = (long) (random.nextDouble() * 2 * USD);
            long bid = account(plans).bidCpmMicros(value, CAP);
            assertThat(bid).isBetween(0L, value);
            if (bid > price) {
                paid += price;
                maker.learn(AuctionsOfOneSeller.won(AuctionsOfOneSeller.bid(i, value, bid, false), price));
            } else if (bid > 0) {
                maker.learn(AuctionsOfOneSeller.lost(AuctionsOfOneSeller.bid(i, value, bid, false)));
            }
        }
        return paid;
    }

    @ParameterizedTest
    @EnumSource(value = Bidding.class, mode = EnumSource.Mode.EXCLUDE, names = "VALUE")
    void shouldSpendTheBudgetThatIsLeftOnceEnoughIsKnown(Bidding bidding) {
        PlanMaker maker = maker(false);
        Catalogue catalogue = catalogue(bidding, 0);
        var random = new Random(1);
        BidPlans plans = plan(maker, catalogue);
        int opportunities = 0;
        // A third of the impressions with a candidate are bid for in the end, and all of these are heard of.
        for (int second = 0; second < 20; second++) {
            left = new Left(200 * USD, 60_000, 3L * opportunities, 1);
            run(maker, plans, opportunities, 200, random);
            opportunities += 200;
            left = new Left(200 * USD, 60_000, 3L * opportunities, 1);
            plans = plan(maker, catalogue);
        }
        assertThat(account(plans).plan()).isNotNull();
        assertThat(account(plans).auctionsLeft()).isCloseTo(20_000, within(1_000.0));
        assertThat(maker.planned()).isOne();

        // 20,000 auctions for 2,000 USD a thousand: 0.1 a auction, where unhampered bids would cost two thirds.
        long budget = 2_000 * USD;
        long spent = 0;
        for (int auction = 0; auction < 20_000; auction += 1_000) {
            left = new Left(Math.max(0, budget - spent), 3.0 * (20_000 - auction), 3L * opportunities, 1);
            plans = plan(maker, catalogue);
            spent += run(maker, plans, opportunities, 1_000, random);
            opportunities += 1_000;
        }

        // A linear plan is made for the mean of the values, and a dynamic programme for the ratio of budget and auctions.
        assertThat((double) spent / budget).isBetween(bidding == Bidding.LINEAR ? 0.75 : 0.9, 1.03);
    }

    @Test
    void shouldBidTheValueAsLongAsTooLittleIsKnown() {
        PlanMaker maker = maker(false);
        Catalogue catalogue = catalogue(Bidding.LAGRANGIAN, 0);
        left = new Left(1, 1_000, 0, 1);
        BidPlans plans = plan(maker, catalogue);

        run(maker, plans, 0, 99, new Random(2));
        plans = plan(maker, catalogue);
        assertThat(account(plans).bidCpmMicros(3 * USD, CAP)).isEqualTo(3 * USD);
        left = null;
        assertThat(account(plan(maker, catalogue)).bidCpmMicros(3 * USD, CAP)).isEqualTo(3 * USD);
        assertThat(plans.account("free", 0)).as("bids its value, and nobody plans").isNull();
    }

    @Test
    void shouldBidTheValueWhereTheBudgetIsAmple() {
        PlanMaker maker = maker(false);
        Catalogue catalogue = catalogue(Bidding.RECEDING_HORIZON, 0);
        left = new Left(1_000_000 * USD, 1_000, 0, 1);
        BidPlans plans = plan(maker, catalogue);
        var random = new Random(3);
        for (int second = 1; second <= 5; second++) {
            run(maker, plans, 1_000 * second, 500, random);
            left = new Left(1_000_000 * USD, 1_000, 500L * second, 1);
            plans = plan(maker, catalogue);
        }

        assertThat(account(plans).plan()).isNotNull();
        assertThat(account(plans).bidCpmMicros(3 * USD, CAP)).isEqualTo(3 * USD);
    }

    @Test
    void shouldMultiplyByTheFactorOfACampaignThatIsSteeredAndKeepItsCap() {
        PlanMaker maker = maker(false);
        left = new Left(100 * USD, 1_000, 0, 1.5);

        AccountPlan account = account(plan(maker, catalogue(Bidding.VALUE, 300_000)));

        assertThat(account.bidCpmMicros(2 * USD, CAP)).isEqualTo(3 * USD);
        assertThat(account.bidCpmMicros(2 * USD, 2_500_000)).isEqualTo(2_500_000);
    }

    @Test
    void shouldKeepWhatItKnowsWhenTheCatalogueChanges() {
        PlanMaker maker = maker(false);
        var random = new Random(4);
        left = new Left(10 * USD, 3_000, 0, 1);
        BidPlans plans = plan(maker, catalogue(Bidding.LAGRANGIAN, 0));
        for (int second = 1; second <= 5; second++) {
            run(maker, plans, 1_000 * second, 500, random);
            left = new Left(10 * USD, 3_000, 500L * second, 1);
            plans = plan(maker, catalogue(Bidding.LAGRANGIAN, 0));
        }
        assertThat(account(plans).plan()).isNotNull();

        assertThat(account(plan(maker, catalogue(Bidding.LINEAR, 0))).plan()).as("another strategy").isNull();
        assertThat(plan(maker, new Catalogue("2", List.of())).size()).isZero();
    }

    @Test
    void shouldShadeWhereLossesAreTold() {
        PlanMaker maker = maker(true);
        assertThat(plan(maker, catalogue(Bidding.VALUE, 0)).curves(0)).isNull();
        var random = new Random(5);
        for (int i = 0; i < 5_000; i++) {
            long bid = (long) ((0.2 + 0.8 * random.nextDouble()) * 4 * USD);
            var facts = AuctionsOfOneSeller.bid(i, 4 * USD, bid, true);
            maker.learn(bid > random.nextDouble() * 2 * USD ? AuctionsOfOneSeller.won(facts, bid)
                    : AuctionsOfOneSeller.lost(facts));
        }

        BidPlans plans = plan(maker, catalogue(Bidding.VALUE, 0));

        assertThat(plans.curves(1)).as("has told of no loss").isNull();
        double bid = Objects.requireNonNull(plans.curves(0)).bidCpmMicros(0, true, 4 * USD, 0, 0.5) / (double) USD;
        // The surplus is 2 at most, where b is 2.
        assertThat((4 - bid) * Math.min(1, bid / 2)).isGreaterThan(0.95 * 2);
        assertThat(maker.shadingAuctions()).isCloseTo(5_000, within(100.0));
    }

    /** A lost bid that is said to have reached the price, and a won one that is said not to, tell only who won. */
    @Test
    void shouldBelieveAMinimumToWinOnlyWhereItGoesWithTheOutcome() {
        PlanMaker told = maker(true);
        PlanMaker untold = maker(true);
        for (int i = 0; i < 2_000; i++) {
            var facts = AuctionsOfOneSeller.bid(i, 4 * USD, 3 * USD, true);
            boolean won = i % 2 == 0;
            told.learn(new AuctionOutcome(facts, won, AuctionOutcome.UNTOLD, won ? 4 * USD : USD));
            untold.learn(new AuctionOutcome(facts, won, AuctionOutcome.UNTOLD, AuctionOutcome.UNTOLD));
        }
        Catalogue catalogue = catalogue(Bidding.VALUE, 0);
        var believed = Objects.requireNonNull(plan(told, catalogue).curves(0));
        var plain = Objects.requireNonNull(plan(untold, catalogue).curves(0));

        for (long bid = USD; bid < 6 * USD; bid += USD / 2) {
            assertThat(believed.curve(0, 4 * USD).winRate((double) bid))
                    .isEqualTo(plain.curve(0, 4 * USD).winRate((double) bid));
        }
    }

    @Test
    void shouldLearnNothingFromSecondPriceAuctionsForShading() {
        PlanMaker maker = maker(true);
        for (int i = 0; i < 100; i++) {
            maker.learn(AuctionsOfOneSeller.lost(AuctionsOfOneSeller.bid(i, USD, USD, false)));
        }
        plan(maker, catalogue(Bidding.VALUE, 0));
        assertThat(maker.shadingAuctions()).isZero();
    }
}
