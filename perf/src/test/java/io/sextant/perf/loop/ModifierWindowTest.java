package io.sextant.perf.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sextant.protocol.snapshot.ExplorationSettings;
import io.sextant.uncertainty.modifier.BidModifierTable;
import io.sextant.uncertainty.modifier.ModifierCurve;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class ModifierWindowTest {
    private static final ExplorationSettings SETTINGS = ExplorationSettings.newBuilder().setExploreShare(1)
            .setQuantileLow(0).setQuantileHigh(1).setModifierMin(1).setModifierMax(2).setTimeToLiveMs(60_000).build();
    private final ModifierWindow window = new ModifierWindow("uncertainty", SETTINGS, 2);

    private void pane(double... uncertainties) {
        var bids = new Bids();
        for (double uncertainty : uncertainties) {
            bids.uncertainties.record(uncertainty);
            bids.modifiers.record(1.5);
        }
        window.add(bids);
    }

    private ModifierCurve curve(BidModifierTable table) {
        return Objects.requireNonNull(table.curve("banner"));
    }

    @Test
    void shouldDivideByTheMeanOfTheNewestPanesOnly() {
        pane(9, 9, 9);
        pane(0.01);
        pane(0.02, 0.03);

        BidModifierTable table = window.table(window.modifiers(), 1_000);

        assertThat(curve(table).mean()).isCloseTo(0.02, within(1e-12));
        assertThat(table.version()).isEqualTo(1);
        assertThat(table.gain()).isEqualTo(1);
        assertThat(table.fresh(61_000)).isTrue();
        assertThat(table.fresh(61_001)).isFalse();
    }

    @Test
    void shouldLetBlindArmsDrawWhatItIsGiven() {
        pane(0.01, 0.02);

        assertThat(window.table(window.modifiers(), 0).blind(77)).isCloseTo(1.5, within(1e-3));
    }

    @Test
    void shouldChangeNoBidAsLongAsTheWindowIsEmpty() {
        BidModifierTable table = window.table(window.modifiers(), 0);

        assertThat(table.byUncertainty(0.5, "banner", 77)).isEqualTo(1);
        assertThat(table.blind(77)).isEqualTo(1);
    }
}
