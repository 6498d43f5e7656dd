package io.sextant.trainer.arm;

import io.sextant.trainer.TrainerConfig.PublishConfig;
import io.sextant.trainer.TrainerCounter;
import java.util.Locale;
import java.util.Optional;

/** The rule by which a version may go out, the same for every arm. Immutable. */
final class PublishingGuard {
    private final PublishConfig config;

    PublishingGuard(PublishConfig config) {
        this.config = config;
    }

    /** Why what has been learned may not go out; empty if it may. Where there is nothing to compare by, it may. */
    Optional<Refusal> judge(Comparison seen) {
        if (seen.examples() > 0 && !(seen.logLoss() <= seen.publishedLogLoss() * (1 + config.margin()))) {
            return Optional.of(new Refusal(TrainerCounter.MODELS_REFUSED_WORSE, String.format(Locale.ROOT,
                    "log loss %.5f on %d examples new to both is above the published version's %.5f by more than %.1f %%",
                    seen.logLoss(), seen.examples(), seen.publishedLogLoss(), 100 * config.margin())));
        }
        if (isFarOff(seen)) {
            return Optional.of(new Refusal(TrainerCounter.MODELS_REFUSED_PCOC, String.format(Locale.ROOT,
                    "PCOC %.3f on %d examples new to both, with %.0f clicks, lies outside %.2f to %.2f; the published "
                            + "version's is %.3f",
                    seen.pcoc(), seen.examples(), seen.clicks(), config.pcocLow(), config.pcocHigh(),
                    seen.publishedPcoc())));
        }
        return Optional.empty();
    }

    /*
     * Prices follow predictions, so a model that is twice too high buys what it should not. But what is nearer to the
     * truth than what is served now is let out: else a prior that is far off would be served for ever.
     */
    private boolean isFarOff(Comparison seen) {
        return seen.clicks() >= config.pcocClicks()
                && !(seen.pcoc() >= config.pcocLow() && seen.pcoc() <= config.pcocHigh())
                && !(Math.abs(Math.log(seen.pcoc())) <= Math.abs(Math.log(seen.publishedPcoc())));
    }
}
