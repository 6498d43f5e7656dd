package io.sextant.trainer.arm;

import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.trainer.Samples;
import io.sextant.trainer.TrainerCounter;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** By default up to 2 % more log loss, and PCOC from 0.5 to 2 where there are 30 clicks. */
class PublishingGuardTest {
    private final PublishingGuard guard = new PublishingGuard(Samples.config(Path.of("none"), Map.of()).publish());

    @Test
    void shouldLetOutWhatIsAsGoodAsThePublishedVersion() {
        assertThat(guard.judge(new Comparison(1_000, 40, 0.1020, 0.1, 1.1, 1))).isEmpty();
        assertThat(guard.judge(new Comparison(0, 0, Double.NaN, Double.NaN, Double.NaN, Double.NaN)))
                .as("nothing to compare by").isEmpty();
    }

    @Test
    void shouldSayWhyWhenLogLossIsAboveTheMargin() {
        Refusal refusal = guard.judge(new Comparison(1_000, 40, 0.1021, 0.1, 1, 1)).orElseThrow();

        assertThat(refusal.kind()).isEqualTo(TrainerCounter.MODELS_REFUSED_WORSE);
        assertThat(refusal.reason()).isEqualTo("log loss 0.10210 on 1000 examples new to both is above the published "
                + "version's 0.10000 by more than 2.0 %");
        assertThat(guard.judge(new Comparison(1_000, 40, Double.NaN, 0.1, 1, 1)).orElseThrow().kind())
                .isEqualTo(TrainerCounter.MODELS_REFUSED_WORSE);
    }

    @Test
    void shouldSayWhyWhenPcocIsOutsideTheBandAndFurtherOffThanThePublishedVersions() {
        Refusal refusal = guard.judge(new Comparison(1_000, 40, 0.1, 0.1, 2.5, 1.2)).orElseThrow();

        assertThat(refusal.kind()).isEqualTo(TrainerCounter.MODELS_REFUSED_PCOC);
        assertThat(refusal.reason()).isEqualTo("PCOC 2.500 on 1000 examples new to both, with 40 clicks, lies outside "
                + "0.50 to 2.00; the published version's is 1.200");
        assertThat(guard.judge(new Comparison(1_000, 40, 0.1, 0.1, 0.4, 2.4))).as("2.5 times too low against 2.4")
                .isPresent();
    }

    @Test
    void shouldLetOutWhatIsFarOffWhenThePublishedVersionIsFurtherOffOrClicksAreFew() {
        assertThat(guard.judge(new Comparison(1_000, 40, 0.1, 0.1, 2.5, 3))).isEmpty();
        assertThat(guard.judge(new Comparison(1_000, 40, 0.1, 0.1, 0.4, 2.6))).isEmpty();
        assertThat(guard.judge(new Comparison(1_000, 29, 0.1, 0.1, 5, 1))).as("29 clicks").isEmpty();
    }
}
