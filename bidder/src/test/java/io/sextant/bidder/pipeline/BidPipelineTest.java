package io.sextant.bidder.pipeline;

import static io.sextant.bidder.campaign.CampaignBuilder.banner;
import static io.sextant.bidder.campaign.CampaignBuilder.campaign;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.sextant.abtesting.allocation.Arm.ExplorationRule;
import io.sextant.abtesting.allocation.Arm.PctrRule;
import io.sextant.bidder.campaign.Campaign;
import io.sextant.bidder.campaign.CampaignBuilder;
import io.sextant.bidder.campaign.CampaignIndex;
import io.sextant.model.calibration.Calibration;
import io.sextant.model.calibration.SegmentCalibrations;
import io.sextant.protocol.NoBidReason;
import io.sextant.protocol.event.UnitKind;
import io.sextant.protocol.snapshot.Scale;
import io.sextant.uncertainty.estimator.UncertaintyMeasure;
import io.sextant.uncertainty.estimator.UncertaintyMeasure.Estimator;
import io.sextant.uncertainty.estimator.UncertaintyScale;
import io.sextant.uncertainty.modifier.BidModifierTable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BidPipelineTest {
    /** At a click probability of one half: 0.02 × 0.5 × 1000 = 10 USD a thousand, 8.5 after the first-price margin. */
    private static final double CPC = 0.02;

    @ParameterizedTest
    @CsvSource({"1, 8500000", "2, 10000000"})
    void shouldBidTheValueLessTheMargin(int auctionType, long cpmMicros) {
        Wiring wiring = Wiring.plain(campaign("c").cpc(CPC).build());

        Impression decision = wiring.decide(Wiring.request(1).setAt(auctionType));

        assertThat(decision.reason()).isEqualTo(NoBidReason.NONE);
        assertThat(decision.bidCpmMicros()).isEqualTo(cpmMicros);
        assertThat(decision.baseCpmMicros()).isEqualTo(cpmMicros);
        assertThat(decision.priceMicros()).isEqualTo(cpmMicros);
        assertThat(decision.pctr()).isEqualTo(0.5);
        assertThat(decision.ad().creative().id()).isEqualTo("c-banner");
        assertThat(decision.dealId()).isNull();
        assertThat(decision.cell()).isZero();
        assertThat(wiring.scratch.unitKind()).isEqualTo(UnitKind.UNIT_REQUEST);
    }

    /** The model says one half; on this exchange that means 0.2, elsewhere 0.3. Floors see the calibrated price. */
    @ParameterizedTest
    @CsvSource({"adx, 0.2, 3400000, 3.4", "other, 0.3, 5100000, 5.1"})
    void shouldPriceByTheExchangesCalibratedProbability(String segment, double pctr, long cpmMicros, double floor) {
        Wiring wiring = Wiring.plain(campaign("c").cpc(CPC).build());
        wiring.model.calibrated(new SegmentCalibrations(map(0.3), Map.of(segment, map(pctr))));
        var request = Wiring.request(1);
        request.getImpBuilder(0).setBidfloor(floor);

        Impression decision = wiring.decide(request);

        assertThat(decision.pctr()).isEqualTo(pctr);
        assertThat(decision.bidCpmMicros()).isEqualTo(cpmMicros);
        request.getImpBuilder(0).setBidfloor(floor + 0.001);
        assertThat(wiring.decide(request).reason()).isEqualTo(NoBidReason.BELOW_FLOOR);
    }

    /** Uncertainty is of the model itself, and so is where AGE moves a score; what comes of it is priced calibrated. */
    @Test
    void shouldCalibrateExploredProbabilitiesButNotUncertainties() {
        Wiring raw = new Wiring(PctrRule.AGE_UCB, ExplorationRule.UNCERTAINTY, 1, true,
                campaign("c").cpc(CPC).build());
        Wiring calibrated = new Wiring(PctrRule.AGE_UCB, ExplorationRule.UNCERTAINTY, 1, true,
                campaign("c").cpc(CPC).build());
        Calibration map = Calibration.of(new double[]{0.1, 0.9}, new double[]{0.05, 0.45});
        calibrated.model.calibrated(new SegmentCalibrations(map, Map.of()));
        requestLogit(raw, 0.7);
        requestLogit(calibrated, 0.7);

        Impression before = raw.decide(Wiring.request(1));
        Impression after = calibrated.decide(Wiring.request(1));

        assertThat(before.exploredPctr()).isNotEqualTo(before.plainPctr());
        assertThat(after.uncertainty()).isEqualTo(before.uncertainty()).isPositive();
        assertThat(after.plainPctr()).isEqualTo(map.at(before.plainPctr()));
        assertThat(after.exploredPctr()).isEqualTo(map.at(before.exploredPctr()));
    }

    private static Calibration map(double half) {
        return Calibration.of(new double[]{0.5}, new double[]{half});
    }

    @Test
    void shouldNeverPassTheCap() {
        assertThat(Wiring.plain(campaign("c").cpc(CPC).cap(3).build()).decide(Wiring.request(1)).bidCpmMicros())
                .isEqualTo(3_000_000);
    }

    @ParameterizedTest
    @CsvSource({"8.5, USD, NONE", "8.500001, USD, BELOW_FLOOR", "6.8, EUR, NONE", "6.81, EUR, BELOW_FLOOR",
        "1, XTS, NO_CURRENCY"})
    void shouldBidFromTheFloorOnAndNeverBeRaisedToIt(double floor, String currency, NoBidReason expected) {
        Wiring wiring = Wiring.plain(campaign("c").cpc(CPC).build());
        var request = Wiring.request(1);
        request.getImpBuilder(0).setBidfloor(floor).setBidfloorcur(currency);

        Impression decision = wiring.decide(request);

        assertThat(decision.reason()).isEqualTo(expected);
        assertThat(decision.hasBid()).isEqualTo(expected == NoBidReason.NONE);
        assertThat(decision.bidCpmMicros()).isEqualTo(expected == NoBidReason.NONE ? 8_500_000 : 0);
    }

    @Test
    void shouldAnswerInACurrencyThatIsAllowed() {
        Wiring wiring = Wiring.plain(campaign("c").cpc(CPC).build());

        Impression decision = wiring.decide(Wiring.request(1).addCur("GBP").addCur("EUR"));

        // 8.5 USD at 1.25 USD a euro.
        assertThat(decision.priceMicros()).isEqualTo(6_800_000);
        assertThat(decision.bidCpmMicros()).isEqualTo(8_500_000);
        assertThat(wiring.currencies.code(wiring.scratch.currency())).isEqualTo("EUR");
        assertThat(wiring.bid(Wiring.request(1).addCur("GBP"))).isEqualTo(NoBidReason.NO_CURRENCY);
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            # floors of impression and two deals, type of the deals, chosen deal, bid
            5,   7,  8,    1, a, 8500000
            9,   8,  7,    1, b, 8500000
            9,   9,  10,   3, a, 10000000
            5,   9,  9,    1, ,  8500000
            9,   9,  9,    1, -, 0
            """)
    void shouldBuyThroughTheDealWithTheLowestFloorItReaches(double open, double a, double b, int type, String deal,
            long bid) {
        Wiring wiring = Wiring.plain(campaign("c").cpc(CPC).deals(false, "a", "b").build());
        var request = Wiring.request(1);
        var pmp = request.getImpBuilder(0).setBidfloor(open).getPmpBuilder();
        pmp.addDealsBuilder().setId("a").setBidfloor(a).setAt(type);
        pmp.addDealsBuilder().setId("b").setBidfloor(b).setAt(type);
        pmp.addDealsBuilder().setId("foreign").setBidfloor(0);

        Impression decision = wiring.decide(request);

        assertThat(decision.reason()).isEqualTo(bid == 0 ? NoBidReason.BELOW_FLOOR : NoBidReason.NONE);
        assertThat(decision.dealId()).isEqualTo("-".equals(deal) ? null : deal);
        assertThat(decision.bidCpmMicros()).isEqualTo(bid);
    }

    @Test
    void shouldNotFallBackToTheOpenAuctionOfAPrivateOne() {
        Wiring wiring = Wiring.plain(campaign("c").cpc(CPC).deals(false, "a").build());
        var request = Wiring.request(1);
        request.getImpBuilder(0).getPmpBuilder().setPrivateAuction(true).addDealsBuilder().setId("a").setBidfloor(9);

        assertThat(wiring.decide(request).reason()).isEqualTo(NoBidReason.BELOW_FLOOR);
    }

    @Test
    void shouldShowACreativeOnceAResponseAndTellTheRest() {
        Wiring wiring = Wiring.plain(campaign("c").cpc(CPC).creative(banner("low", "300x250"))
                .creative(banner("high", "300x250", "320x50")).build()).logit("high", 1);

        assertThat(wiring.bid(Wiring.request(3))).isEqualTo(NoBidReason.NONE);

        assertThat(IntStream.range(0, 3).mapToObj(wiring.scratch::impression).map(
                i -> i.hasBid() ? i.ad().creative().id() : i.reason().name())).containsExactly("high", "low",
                        "CREATIVE_USED");
    }

    @Test
    void shouldScoreTheFirstTenImpressionsOnly() {
        Wiring wiring = Wiring.plain(IntStream.range(0, 20).mapToObj(i -> campaign("c" + i).cpc(CPC).build())
                .toArray(Campaign[]::new));

        assertThat(wiring.bid(Wiring.request(12))).isEqualTo(NoBidReason.NONE);

        assertThat(wiring.scratch.size()).isEqualTo(10);
        assertThat(wiring.scratch.unscored()).isEqualTo(2);
        assertThat(IntStream.range(0, 10).mapToObj(i -> wiring.scratch.impression(i).ad().creative().id()))
                .doesNotHaveDuplicates();
    }

    @Test
    void shouldDecideEachImpressionOnItsOwn() {
        Wiring wiring = Wiring.plain(campaign("c").cpc(CPC).build());
        var request = Wiring.request(2);
        request.getImpBuilder(0).getBannerBuilder().setW(1);

        assertThat(wiring.bid(request)).isEqualTo(NoBidReason.NONE);
        assertThat(wiring.scratch.impression(0).reason()).isEqualTo(NoBidReason.NO_CREATIVE);
        assertThat(wiring.scratch.impression(1).reason()).isEqualTo(NoBidReason.NONE);
    }

    @ParameterizedTest
    @CsvSource({"0, a", "0.0000005, a", "0.001, b"})
    void shouldGiveNearTiesToTheLowerCreativeId(double ahead, String winner) {
        // At p = 1/2 a step in the logit changes p by a quarter of it, so p relatively by half.
        Wiring wiring = Wiring.plain(
                campaign("1").cpc(CPC).creative(banner("b", "300x250")).build(),
                campaign("2").cpc(CPC).creative(banner("a", "300x250")).build()).logit("b", ahead);

        assertThat(wiring.decide(Wiring.request(1)).ad().creative().id()).isEqualTo(winner);
    }

    @Test
    void shouldDecideAlikeOnEveryLoopAndWheneverAsked() {
        Campaign[] campaigns = IntStream.range(0, 300).mapToObj(i -> campaign("c" + i).cpc(CPC).build())
                .toArray(Campaign[]::new);
        Wiring wiring = new Wiring(PctrRule.AGE_TS, ExplorationRule.UNCERTAINTY, 0, true, campaigns)
                .table(0.01, Wiring.NOW_MS);
        IntStream.range(0, 300).forEach(i -> wiring.logit("c" + i + "-banner", (i * 37 % 100) / 50.0));
        var other = wiring.newScratch();
        var request = Wiring.request(4).build();

        wiring.pipeline.bid(request, "adx", Wiring.NOW_MS, Long.MAX_VALUE / 2, wiring.scratch);
        wiring.pipeline.bid(Wiring.request(7).setId("another").build(), "adx", Wiring.NOW_MS, Long.MAX_VALUE / 2,
                other);
        wiring.pipeline.bid(request, "adx", Wiring.NOW_MS, Long.MAX_VALUE / 2, other);

        for (int i = 0; i < 4; i++) {
            assertThat(wiring.scratch.impression(i)).usingRecursiveComparison()
                    .withEqualsForType(Double::equals, Double.class).isEqualTo(other.impression(i));
            assertThat(wiring.scratch.impression(i).candidates()).isBetween(197, 200);
        }
        assertThat(wiring.scratch.impression(0).decisionKey())
                .isNotEqualTo(wiring.scratch.impression(1).decisionKey());
    }

    @Test
    void shouldMultiplyByTheModifierOfTheRequestsUncertainty() {
        Wiring wiring = new Wiring(PctrRule.PLAIN, ExplorationRule.UNCERTAINTY, 0, true,
                campaign("c").cpc(CPC).build());
        requestLogit(wiring, 1);
        double u = wiring.decide(Wiring.request(1)).uncertainty();
        assertThat(u).isPositive();
        assertThat(wiring.scratch.impression(0).modifier()).isEqualTo(1);

        Impression decision = wiring.table(u / 1.6, Wiring.NOW_MS).decide(Wiring.request(1));

        double pctr = 1 / (1 + Math.exp(-1));
        assertThat(decision.modifier()).isEqualTo(1.6, within(1e-12));
        assertThat(decision.explored()).isTrue();
        assertThat(decision.inExploreShare()).isTrue();
        assertThat(decision.baseCpmMicros()).isEqualTo(Math.round(17_000_000 * pctr));
        assertThat(decision.bidCpmMicros()).isEqualTo(Math.round(17_000_000 * pctr * 1.6));

        assertThat(wiring.table(u / 1.6, Wiring.NOW_MS - 60_001).decide(Wiring.request(1)).modifier())
                .as("a stale snapshot").isEqualTo(1);
    }

    @Test
    void shouldMeasureAsTheLastSnapshotSaysEvenWhenItHasExpired() {
        Wiring wiring = new Wiring(PctrRule.PLAIN, ExplorationRule.UNCERTAINTY, 0, true,
                campaign("c").cpc(CPC).build());
        requestLogit(wiring, 1);
        double configured = wiring.decide(Wiring.request(1)).uncertainty();
        var linearised = new UncertaintyMeasure(Estimator.LINEARISED, 20, UncertaintyScale.LOGIT);
        var rows = new UncertaintyMeasure(Estimator.ROW_INFORMATION, 20, UncertaintyScale.LOGIT);

        double first = wiring.table(0.1 / 1.6, Wiring.NOW_MS, linearised).decide(Wiring.request(1)).uncertainty();
        double modifier = wiring.scratch.impression(0).modifier();
        long epoch = wiring.scratch.uncertaintyEpoch();
        double expired = wiring.table(1, Wiring.NOW_MS - 60_001, rows).decide(Wiring.request(1)).uncertainty();
        double back = wiring.table(1, Wiring.NOW_MS).decide(Wiring.request(1)).uncertainty();

        // The model's: a tenth of the logit, and the root of 0.04.
        assertThat(first).isCloseTo(0.1, within(1e-7));
        assertThat(modifier).isCloseTo(1.6, within(1e-6));
        assertThat(epoch).isEqualTo(linearised.epoch(1));
        assertThat(expired).isCloseTo(0.2, within(1e-7));
        assertThat(back).isEqualTo(configured);
    }

    @Test
    void shouldUseNoModifierWhenTheTableIsOfAnotherMeasureThanItTellsToTake() {
        Wiring wiring = new Wiring(PctrRule.PLAIN, ExplorationRule.UNCERTAINTY, 0, true,
                campaign("c").cpc(CPC).build());
        requestLogit(wiring, 1);
        wiring.table(0.1 / 1.6, Wiring.NOW_MS,
                new UncertaintyMeasure(Estimator.LINEARISED, 20, UncertaintyScale.LOGIT));
        assertThat(wiring.decide(Wiring.request(1)).modifier()).isGreaterThan(1.5);
        BidModifierTable told = wiring.snapshots.current().arms().getFirst().modifiers();
        var settings = told.settings().toBuilder().setScale(Scale.SCALE_PROBABILITY);

        // The setting has changed, the window is still the one of before.
        wiring.snapshots.withTable("only",
                BidModifierTable.of(Objects.requireNonNull(told.snapshot()).toBuilder().setSettings(settings).build()));

        Impression decision = wiring.decide(Wiring.request(1));
        assertThat(decision.uncertainty()).isPositive();
        assertThat(decision.modifier()).isEqualTo(1);
        assertThat(decision.unmeasured()).isFalse();
    }

    /** The better score pays a tenth for a click, so its price is the lower one. */
    @Test
    void shouldExploreTheAdsWithTheHighestPricesNotScores() {
        Wiring wiring = Wiring.age(1, campaign("poor").cpc(CPC / 10).build(), campaign("rich").cpc(CPC).build())
                .logit("poor-banner", 1).logit("rich-banner", 0.5);
        int rich = 0;
        for (int i = 0; i < 30; i++) {
            Impression decision = wiring.decide(Wiring.request(1).setId("r" + i));
            CandidateBatch candidates = wiring.scratch.candidates;
            for (int row = 0; row < candidates.size; row++) {
                if (candidates.exploredPctr[row] != candidates.pctr[row]) {
                    assertThat(candidates.pctr[row]).isLessThan(0.7);
                    rich++;
                }
            }
            assertThat(decision.ad().campaign().id()).isEqualTo("rich");
        }
        assertThat(rich).isPositive();
    }

    @Test
    void shouldDrawTheRandomArmsModifierWithoutMeasuring() {
        Wiring wiring = new Wiring(PctrRule.PLAIN, ExplorationRule.RANDOM, 0, true, campaign("c").cpc(CPC).build())
                .table(0.01, Wiring.NOW_MS);

        Impression decision = wiring.decide(Wiring.request(1));

        assertThat(decision.modifier()).isEqualTo(1.25);
        assertThat(decision.bidCpmMicros()).isEqualTo(10_625_000);
        assertThat(decision.uncertainty()).isNaN();
    }

    /** The table's only modifier is its mean. */
    @Test
    void shouldRaiseEveryBidOfTheUniformArmByTheMean() {
        Wiring wiring = new Wiring(PctrRule.PLAIN, ExplorationRule.UNIFORM, 0, true, campaign("c").cpc(CPC).build())
                .table(0.01, Wiring.NOW_MS).ranked();

        for (int i = 0; i < 20; i++) {
            assertThat(wiring.decide(Wiring.request(1).setId("r" + i)).modifier()).isCloseTo(1.5, within(1e-12));
        }
        assertThat(wiring.scratch.impression(0).ranked()).isNaN();
        assertThat(wiring.scratch.impression(0).uncertainty()).isNaN();
    }

    /** The request alone has a logit of 1, so p = 0.731; quantiles 0, 0.5, 0.731, 0.8, 1 put it at rank 1/2: modifier 1.5. */
    @Test
    void shouldGiveThePlaceboArmTheModifierAtTheRankOfItsPrediction() {
        Wiring wiring = new Wiring(PctrRule.PLAIN, ExplorationRule.PCTR_PLACEBO, 0, true,
                campaign("c").cpc(CPC).build()).logit("c-banner", 0.7);
        requestLogit(wiring, 1);
        double pctr = 1 / (1 + Math.exp(-1));

        assertThat(wiring.table(0.01, Wiring.NOW_MS).decide(Wiring.request(1)).modifier()).as("no window yet")
                .isEqualTo(1);
        Impression decision = wiring.ranked(0, 0.5, pctr + 0.0001, 0.8, 1).decide(Wiring.request(1));

        assertThat(decision.ranked()).as("without the ad").isCloseTo(pctr, within(1e-6));
        assertThat(decision.modifier()).isCloseTo(1.5, within(1e-12));
        assertThat(decision.plainPctr()).isCloseTo(1 / (1 + Math.exp(-1.7)), within(1e-6));
        assertThat(decision.uncertainty()).isNaN();
        assertThat(wiring.table(0.01, Wiring.NOW_MS).ranked(0.8, 0.9).decide(Wiring.request(1)).modifier())
                .isCloseTo(1.1, within(1e-12));
        assertThat(wiring.table(0.01, Wiring.NOW_MS).ranked(0.1, 0.2).decide(Wiring.request(1)).modifier())
                .isCloseTo(1.9, within(1e-12));
    }

    /** Quantiles 0, 2u, 3u, 4u put u at rank 1/6; the second of nine modifiers is drawn from 1/9 to 2/9. */
    @Test
    void shouldGiveTheModifierAtTheRankOfTheUncertainty() {
        Wiring wiring = new Wiring(PctrRule.PLAIN, ExplorationRule.UNCERTAINTY_RANK, 0, true,
                campaign("c").cpc(CPC).build()).table(0.01, Wiring.NOW_MS);
        requestLogit(wiring, 1);
        Impression unranked = wiring.decide(Wiring.request(1));
        double u = unranked.uncertainty();

        assertThat(u).isPositive();
        assertThat(unranked.modifier()).as("no window yet").isEqualTo(1);
        Impression decision = wiring.ranked(0, 2 * u, 3 * u, 4 * u).decide(Wiring.request(1));

        assertThat(decision.ranked()).isEqualTo(u).isEqualTo(decision.uncertainty());
        assertThat(decision.modifier()).isCloseTo(1.2, within(1e-12));
        assertThat(wiring.table(0.01, Wiring.NOW_MS).ranked(0, u / 4, u / 2).decide(Wiring.request(1)).modifier())
                .isCloseTo(1.9, within(1e-12));
    }

    @Test
    void shouldBidAConstantForACreativeDrawnByChanceInANeutralArmWithoutAModel() {
        Wiring wiring = Wiring.neutral(2_500_000,
                campaign("1").cpc(CPC).creative(banner("a", "300x250")).build(),
                campaign("2").cpc(100 * CPC).creative(banner("b", "300x250")).build(),
                campaign("3").cpc(CPC).creative(banner("c", "300x250")).creative(banner("wide", "970x250")).build());
        int[] wins = new int[4];
        int requests = 3000;
        for (int i = 0; i < requests; i++) {
            Impression decision = wiring.decide(Wiring.request(1).setId("r" + i));
            wins[decision.ad().number()]++;
            assertThat(decision.bidCpmMicros()).isEqualTo(2_500_000);
            assertThat(decision.baseCpmMicros()).isEqualTo(2_500_000);
            assertThat(decision.modifier()).isEqualTo(1);
            assertThat(decision.pctr()).isZero();
            assertThat(decision.plainPctr()).isZero();
            assertThat(decision.uncertainty()).isNaN();
            assertThat(decision.features()).hasSize(Wiring.SCHEMA.size());
        }
        // A third each, five standard deviations; the creative that does not fit never.
        assertThat(Arrays.stream(wins).filter(won -> won > 0)).hasSize(3)
                .allMatch(won -> Math.abs(won - requests / 3) < 5 * Math.sqrt(requests * 2 / 9.0));
        assertThat(wiring.snapshots.current().complete()).isTrue();
        Impression again = wiring.decide(Wiring.request(1).setId("r7"));
        String creative = again.ad().creative().id();
        assertThat(wiring.decide(Wiring.request(1).setId("r7")).ad().creative().id()).isEqualTo(creative);
    }

    @Test
    void shouldKeepANeutralBidBelowTheCapAndDropItBelowTheFloor() {
        Wiring wiring = Wiring.neutral(2_500_000, campaign("1").cpc(CPC).cap(2).build());
        var dear = Wiring.request(1);
        dear.getImpBuilder(0).setBidfloor(2.01);
        var fair = Wiring.request(1);
        fair.getImpBuilder(0).setBidfloor(2);

        assertThat(wiring.decide(dear).reason()).isEqualTo(NoBidReason.BELOW_FLOOR);
        assertThat(wiring.decide(fair).bidCpmMicros()).isEqualTo(2_000_000);
        assertThat(wiring.decide(fair).baseCpmMicros()).isEqualTo(2_000_000);
    }

    @Test
    void shouldTakeNoModelInANeutralArm() {
        Wiring wiring = Wiring.neutral(2_500_000, campaign("1").cpc(CPC).build());

        assertThatIllegalArgumentException().isThrownBy(() -> wiring.snapshots.withModel("only", wiring.model))
                .withMessageContaining("is neutral and bids with no model");
    }

    @Test
    void shouldMeasureOtherArmsOnTheConfiguredShare() {
        Wiring wiring = new Wiring(PctrRule.PLAIN, ExplorationRule.NONE, 0.02, true, campaign("c").cpc(CPC).build());
        requestLogit(wiring, 1);

        long measured = IntStream.range(0, 20_000)
                .filter(i -> !Double.isNaN(wiring.decide(Wiring.request(1).setId("r" + i)).uncertainty())).count();

        // 400 expected, standard deviation 20.
        assertThat(measured).isBetween(300L, 500L);
    }

    @Test
    void shouldNotMeasureWhereTheModelCannotSay() {
        Wiring wiring = new Wiring(PctrRule.PLAIN, ExplorationRule.NONE, 1, true, campaign("c").cpc(CPC).build());
        assertThat(wiring.decide(Wiring.request(1)).uncertainty()).isNotNaN();
        wiring.model.unable();

        Impression decision = wiring.decide(Wiring.request(1));

        assertThat(decision.unmeasured()).isTrue();
        assertThat(decision.uncertainty()).isNaN();
        assertThat(decision.reason()).isEqualTo(NoBidReason.NONE);
    }

    @ParameterizedTest
    @CsvSource({"true", "false"})
    void shouldLetAgeChooseAndPriceOnItOnlyIfToldTo(boolean prices) {
        // Equal plain scores but for a trifle; AGE moves each by its own draw, so over many requests each wins.
        Wiring wiring = new Wiring(PctrRule.AGE_TS, ExplorationRule.NONE, 0, prices,
                campaign("1").cpc(CPC).creative(banner("a", "300x250")).build(),
                campaign("2").cpc(CPC).creative(banner("b", "300x250")).build()).logit("a", 1).logit("b", 1.01);
        int[] wins = new int[2];
        for (int i = 0; i < 200; i++) {
            Impression decision = wiring.decide(Wiring.request(1).setId("r" + i));
            wins[decision.ad().number()]++;
            assertThat(decision.plainPctr())
                    .isCloseTo(1 / (1 + Math.exp(decision.ad().number() == 0 ? -1 : -1.01)), within(1e-6));
            assertThat(decision.pctr() == decision.plainPctr()).isEqualTo(
                    !prices || decision.bidCpmMicros() == decision.baseCpmMicros());
            assertThat(decision.bidCpmMicros()).isEqualTo(Math.round(17_000_000 * decision.pctr()));
        }
        assertThat(Arrays.stream(wins).min().orElseThrow()).isGreaterThan(20);
    }

    /** Mean 0.01 and modifiers up to 2: without the cap AGE moves the prediction and the modifier is not 1. */
    @Test
    void shouldExploreNeitherSupplyNorAdsWhileExplorationIsCappedEvenWhenNobodySaysSoAnyMore() {
        Wiring wiring = new Wiring(PctrRule.AGE_TS, ExplorationRule.RANDOM, 0, true,
                campaign("1").cpc(CPC).creative(banner("a", "300x250")).build(),
                campaign("2").cpc(CPC).creative(banner("b", "300x250")).build()).logit("a", 1).logit("b", 1.01);
        Impression free = wiring.table(0.01, Wiring.NOW_MS).decide(Wiring.request(1));
        assertThat(free.modifier()).isEqualTo(1.25);
        assertThat(free.naturalModifier()).isEqualTo(1.25);
        assertThat(IntStream.range(0, 20).mapToObj(i -> wiring.decide(Wiring.request(1).setId("r" + i)))
                .anyMatch(each -> each.exploredPctr() != each.plainPctr())).isTrue();

        for (long timeMs : new long[]{Wiring.NOW_MS, Wiring.NOW_MS - 60_001}) {
            wiring.capped(timeMs);
            for (int i = 0; i < 20; i++) {
                Impression decision = wiring.decide(Wiring.request(1).setId("r" + i));
                assertThat(decision.modifier()).isEqualTo(1);
                assertThat(decision.exploredPctr()).isEqualTo(decision.plainPctr());
                assertThat(decision.bidCpmMicros()).isEqualTo(decision.baseCpmMicros());
            }
        }
    }

    @Test
    void shouldKeepTheFeaturesThatItScored() {
        Wiring wiring = Wiring.plain(campaign("c").cpc(CPC).build());

        Impression decision = wiring.decide(Wiring.request(1));

        int requestFields = Wiring.SCHEMA.requestFields();
        int[] features = decision.features();
        int[] ad = new int[features.length - requestFields];
        wiring.snapshots.current().campaigns().features().copy(0, ad, 0);
        assertThat(Arrays.copyOfRange(features, requestFields, features.length)).isEqualTo(ad);
        assertThat(IntStream.range(0, features.length).map(i -> Wiring.SCHEMA.fieldOf(features[i])))
                .containsExactly(IntStream.range(0, features.length).boxed().toArray(Integer[]::new));
    }

    @Test
    void shouldReadNativeRequestsFromTheirText() {
        Wiring wiring = Wiring.plain(campaign("c").cpc(CPC)
                .creative(CampaignBuilder.nativeAd("n", "Title", null, Map.of())).build());
        var request = Wiring.request(1);
        request.getImpBuilder(0).clearBanner().getNativeBuilder().setRequest("{}");
        assertThat(wiring.decide(request).reason()).isEqualTo(NoBidReason.NONE);
        assertThat(wiring.scratch.impression(0).layout()).isNotNull();

        request.getImpBuilder(0).getNativeBuilder().setRequest("broken");
        assertThat(wiring.decide(request).reason()).isEqualTo(NoBidReason.NO_CREATIVE);
    }

    @Test
    void shouldGiveUpAtTheDeadlineBetweenAnyTwoSteps() {
        Wiring wiring = Wiring.plain(campaign("c").cpc(CPC).build());
        wiring.nanosPerLook = 1;
        // One look at the start, one after each of the seven steps.
        for (int looks = 0; looks <= 7; looks++) {
            long deadline = wiring.nanos + 1 + looks;
            NoBidReason reason = wiring.pipeline.bid(Wiring.request(1).build(), "adx", Wiring.NOW_MS, deadline,
                    wiring.scratch);
            assertThat(reason).isEqualTo(NoBidReason.TIMEOUT);
            assertThat(wiring.scratch.impression(0).hasBid()).isFalse();
        }
        assertThat(wiring.pipeline.bid(Wiring.request(1).build(), "adx", Wiring.NOW_MS, wiring.nanos + 9,
                wiring.scratch)).isEqualTo(NoBidReason.NONE);
        assertThat(Arrays.stream(Step.values()).mapToLong(wiring.scratch::stepNs)).containsOnly(1L);
    }

    @Test
    void shouldCountAnImpressionUnderItsExchangeAndFirstFormat() {
        Wiring wiring = Wiring.plain(campaign("c").cpc(CPC).build());
        var request = Wiring.request(1).addWseat("nobody");
        request.getImpBuilder(0).clearBanner().getVideoBuilder().addMimes("video/mp4");
        request.getImpBuilder(0).getNativeBuilder().setRequest("{}");

        Impression decision = wiring.decide(request);

        assertThat(decision.reason()).isEqualTo(NoBidReason.BLOCKED_ADVERTISER);
        assertThat(wiring.exchanges.leafCells().name(decision.cell())).isEqualTo("adx/video");
    }

    @Test
    void shouldRefuseWhatItCannotBidOn() {
        Wiring wiring = Wiring.plain(campaign("c").cpc(CPC).build());
        var request = Wiring.request(2).build();

        assertThat(wiring.pipeline.bid(request, "nobody", Wiring.NOW_MS, Long.MAX_VALUE / 2, wiring.scratch))
                .isEqualTo(NoBidReason.UNKNOWN_EXCHANGE);
        assertThat(wiring.scratch.impression(1).reason()).isEqualTo(NoBidReason.UNKNOWN_EXCHANGE);
        assertThat(wiring.pipeline.bid(request, "off", Wiring.NOW_MS, Long.MAX_VALUE / 2, wiring.scratch))
                .isEqualTo(NoBidReason.UNKNOWN_EXCHANGE);
    }

    private static void requestLogit(Wiring wiring, double logit) {
        // The publisher's feature, known from a decision.
        int[] features = wiring.decide(Wiring.request(1)).features();
        int field = IntStream.range(0, Wiring.SCHEMA.size())
                .filter(i -> Wiring.SCHEMA.fields().get(i).name().equals("publisher")).findFirst().orElseThrow();
        wiring.model.weight(features[field], logit);
    }

    /** Permits and pays for campaigns by their ids, and writes down what it is asked. */
    private static final class Gatekeeper implements SpendGate {
        private final Set<String> permitted;
        private final Set<String> paid;
        private final List<String> asked = new ArrayList<>();
        private NoBidReason admitted = NoBidReason.NONE;

        Gatekeeper(Set<String> permitted, Set<String> paid) {
            this.permitted = permitted;
            this.paid = paid;
        }

        @Override
        public NoBidReason admit(String exchange, long nowMs) {
            return admitted;
        }

        @Override
        public NoBidReason permit(CampaignIndex campaigns, int arm, Impression impression, long nowMs, int[] ads,
                int size, byte[] permittedAds) {
            boolean any = false;
            for (int place = 0; place < size; place++) {
                if (permitted.contains(campaigns.ad(ads[place]).campaign().id())) {
                    PermittedBits.add(place, permittedAds);
                    any = true;
                }
            }
            return any ? NoBidReason.NONE : NoBidReason.PACED;
        }

        @Override
        public NoBidReason reserve(CampaignIndex campaigns, int arm, Impression impression, int campaign, long nanos,
                long nowMs, Held held) {
            String id = campaigns.campaign(campaign).id();
            asked.add(id + " " + nanos);
            if (!paid.contains(id)) {
                return NoBidReason.NO_LEASE;
            }
            held.set(11, 20_000, 33);
            return NoBidReason.NONE;
        }
    }

    /** Worth 1 to 4 times the first; and two creatives each. */
    private static Wiring fourCampaigns(Gatekeeper gate) {
        return Wiring.plain(IntStream.rangeClosed(1, 4)
                .mapToObj(i -> campaign("c" + i).cpc(CPC * i).creative(banner("c" + i + "-a", "300x250"))
                        .creative(banner("c" + i + "-b", "300x250")).build())
                .toArray(Campaign[]::new)).gate(gate);
    }

    @Test
    void shouldScoreOnlyWhoMaySpend() {
        var gate = new Gatekeeper(Set.of("c1", "c3"), Set.of("c1", "c3"));

        Impression decision = fourCampaigns(gate).decide(Wiring.request(1));

        assertThat(decision.ad().campaign().id()).isEqualTo("c3");
        assertThat(decision.candidates()).isEqualTo(4);
        assertThat(decision.matched()).isEqualTo(8);
        assertThat(IntStream.range(0, 9).filter(decision::isPermitted)).as("in the order of creatives")
                .containsExactly(0, 1, 4, 5);
        assertThat(gate.asked).as("what the bid can cost").containsExactly("c3 25500000");
        assertThat(decision.held().leaseId()).isEqualTo(11);
        assertThat(decision.held().budgetDay()).isEqualTo(20_000);
        assertThat(decision.held().reservation()).isEqualTo(33);
    }

    @Test
    void shouldSayWhyNobodyMaySpend() {
        Wiring wiring = fourCampaigns(new Gatekeeper(Set.of(), Set.of()));

        Impression decision = wiring.decide(Wiring.request(1));

        assertThat(decision.reason()).isEqualTo(NoBidReason.PACED);
        assertThat(decision.candidates()).isZero();
        assertThat(decision.matched()).isEqualTo(8);
        assertThat(wiring.scratch.stepNs(Step.ENCODE)).isZero();
    }

    @Test
    void shouldTakeTheNextBestCampaignWhenTheBestCannotPay() {
        var gate = new Gatekeeper(Set.of("c1", "c2", "c3", "c4"), Set.of("c1", "c2"));

        Impression decision = fourCampaigns(gate).decide(Wiring.request(1));

        assertThat(gate.asked).containsExactly("c4 34000000", "c3 25500000", "c2 17000000");
        assertThat(decision.ad().campaign().id()).isEqualTo("c2");
        assertThat(decision.bidCpmMicros()).isEqualTo(17_000_000);
        assertThat(decision.reservationsRefused()).isEqualTo(2);
        assertThat(decision.reason()).isEqualTo(NoBidReason.NONE);
    }

    @Test
    void shouldGiveUpWhenNobodyCanPay() {
        var gate = new Gatekeeper(Set.of("c1", "c2"), Set.of());

        Impression decision = fourCampaigns(gate).decide(Wiring.request(1));

        assertThat(gate.asked).containsExactly("c2 17000000", "c1 8500000");
        assertThat(decision.reason()).isEqualTo(NoBidReason.NO_LEASE);
        assertThat(decision.hasBid()).isFalse();
        assertThat(decision.held().leaseId()).isZero();
    }

    @Test
    void shouldTryOnlyAFew() {
        Campaign[] many = IntStream.range(0, 30).mapToObj(i -> campaign("c" + i).cpc(CPC).build())
                .toArray(Campaign[]::new);
        var gate = new Gatekeeper(
                Arrays.stream(many).map(Campaign::id).collect(Collectors.toUnmodifiableSet()), Set.of());

        Impression decision = Wiring.plain(many).gate(gate).decide(Wiring.request(1));

        assertThat(decision.reservationsRefused()).isEqualTo(Limits.RESERVATIONS_MAX);
        assertThat(gate.asked).hasSize(Limits.RESERVATIONS_MAX).doesNotHaveDuplicates();
    }

    @Test
    void shouldReserveNothingForATestAndNothingBelowTheFloor() {
        var gate = new Gatekeeper(Set.of("c1"), Set.of());
        Wiring wiring = fourCampaigns(gate);

        assertThat(wiring.decide(Wiring.request(1).setTest(true)).hasBid()).isTrue();
        var dear = Wiring.request(1);
        dear.getImpBuilder(0).setBidfloor(100);
        assertThat(wiring.decide(dear).reason()).isEqualTo(NoBidReason.BELOW_FLOOR);

        assertThat(gate.asked).isEmpty();
    }

    @Test
    void shouldAskFirstWhetherAnythingMayBeBidAtAll() {
        var gate = new Gatekeeper(Set.of("c1"), Set.of("c1"));
        gate.admitted = NoBidReason.LEDGER_SILENT;
        Wiring wiring = fourCampaigns(gate);

        assertThat(wiring.bid(Wiring.request(2))).isEqualTo(NoBidReason.LEDGER_SILENT);
        assertThat(wiring.scratch.impression(1).reason()).isEqualTo(NoBidReason.LEDGER_SILENT);
        assertThat(wiring.scratch.armNumber()).isZero();
    }
}
