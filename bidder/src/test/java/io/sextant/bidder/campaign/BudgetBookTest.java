package io.sextant.bidder.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.abtesting.allocation.Arm;
import io.sextant.model.feature.FeatureEncoder;
import io.sextant.model.feature.FeatureSchemas;
import io.sextant.model.feature.UserAgents;
import io.sextant.protocol.NoBidReason;
import io.sextant.protocol.event.CampaignSpend;
import io.sextant.protocol.openrtb.BidRequest;
import java.util.List;
import org.junit.jupiter.api.Test;

class BudgetBookTest {
    private static final long DAY_MS = 24 * 60 * 60 * 1000L;
    private static final long TODAY = 20_000;
    private static final List<Arm> ARMS = List.of(
            new Arm("control", 0.25, Arm.PctrRule.PLAIN, Arm.ExplorationRule.NONE),
            new Arm("uncertainty", 0.75, Arm.PctrRule.PLAIN, Arm.ExplorationRule.UNCERTAINTY));

    private final CampaignIndex index = new CampaignIndex(
            new Catalogue("", List.of(CampaignBuilder.campaign("poor").budget(100).build(),
                    CampaignBuilder.campaign("rich").budget(-1).seat("seat-2").build())),
            new FeatureEncoder(FeatureSchemas.standard(), new UserAgents(16)));
    private final BudgetBook book = new BudgetBook(ARMS);

    @Test
    void shouldStopAnArmAtItsShareOfTheBudget() {
        // A quarter of 100 USD is 25 USD, 25e9 nanos.
        book.note(spend("poor", "control", TODAY, 25_000_000_000L - 1));
        book.note(spend("poor", "uncertainty", TODAY, 25_000_000_000L));
        book.note(spend("rich", "control", TODAY, Long.MAX_VALUE));
        assertThat(reason(0, TODAY)).isEqualTo(NoBidReason.NONE);

        book.note(spend("poor", "control", TODAY, 25_000_000_000L));
        assertThat(reason(0, TODAY)).isEqualTo(NoBidReason.NO_BUDGET);
        assertThat(reason(1, TODAY)).isEqualTo(NoBidReason.NONE);
        assertThat(book.state(index).exhausted(0, TODAY * DAY_MS).campaigns().getCampaignIdList())
                .containsExactly("poor");
    }

    @Test
    void shouldStartEachDayWithAFullBudget() {
        book.note(spend("poor", "control", TODAY, 25_000_000_000L));
        assertThat(reason(0, TODAY + 1)).isEqualTo(NoBidReason.NONE);

        book.note(spend("poor", "uncertainty", TODAY + 1, 1));
        assertThat(reason(0, TODAY + 1)).isEqualTo(NoBidReason.NONE);

        // A late message about yesterday changes nothing.
        book.note(spend("poor", "control", TODAY, 99_000_000_000L));
        assertThat(reason(0, TODAY + 1)).isEqualTo(NoBidReason.NONE);
    }

    @Test
    void shouldNameTheCampaignsThatAreExhausted() {
        book.note(spend("poor", "control", TODAY, 25_000_000_000L));
        BudgetState state = book.state(index);

        Exhausted exhausted = state.exhausted(0, TODAY * DAY_MS + 5);

        assertThat(exhausted.campaigns().getArm()).isEqualTo("control");
        assertThat(exhausted.campaigns().getCampaignIdList()).containsExactly("poor");
        assertThat(exhausted).isEqualTo(Exhausted.of(exhausted.campaigns()));
        assertThat(state.exhausted(1, TODAY * DAY_MS)).as("another arm").isSameAs(Exhausted.NONE);
        assertThat(state.exhausted(0, (TODAY + 1) * DAY_MS)).as("another day").isSameAs(Exhausted.NONE);
        assertThat(BudgetState.UNSPENT.exhausted(0, TODAY * DAY_MS)).isSameAs(Exhausted.NONE);
    }

    @Test
    void shouldNotApplyToTheAdNumbersOfAnotherCatalogue() {
        book.note(spend("poor", "control", TODAY, 25_000_000_000L));
        BudgetState state = book.state(index);
        var next = new CampaignIndex(index.catalogue(),
                new FeatureEncoder(FeatureSchemas.standard(), new UserAgents(16)));
        var left = new CampaignsLeft(1);
        CampaignSets.add(left.start(), 0);
        left.begin(new long[]{3});

        state.dropExhausted(next, 0, TODAY * DAY_MS, left);
        assertThat(left.bits(0)).isEqualTo(3);
    }

    private NoBidReason reason(int arm, long day) {
        var request = BidRequest.newBuilder().setId("r").addWseat("seat-1").build();
        return index.matchRequest(request, "adx", day * DAY_MS + 5, arm, book.state(index), new MatchScratch());
    }

    private static CampaignSpend spend(String campaign, String arm, long day, long nanos) {
        return CampaignSpend.newBuilder().setCampaignId(campaign).setArm(arm).setDay(day).setSpendNanos(nanos).build();
    }
}
