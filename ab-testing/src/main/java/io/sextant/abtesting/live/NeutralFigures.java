package io.sextant.abtesting.live;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.sextant.protocol.snapshot.ModelSnapshot;
import io.sextant.protocol.snapshot.NeutralSlice;
import org.jspecify.annotations.Nullable;

/**
 * How an arm's model predicts impressions of the neutral arm, which bids the same for a random ad and is never trained on:
 * the only ones that are the same to all arms.
 *
 * @param arm          the arm's name
 * @param modelVersion that announced the figures
 * @param examples     newest impressions, each predicted by the model as it was when the label came
 * @param clicks       clicks among them
 * @param logLoss      mean, in nats; null where there was no impression
 * @param auc          null where there was no click, or nothing else
 * @param pcoc         predicted over observed clicks; null where there was no click
 */
public record NeutralFigures(@JsonProperty("arm") String arm, @JsonProperty("model_version") long modelVersion,
        @JsonProperty("examples") long examples, @JsonProperty("clicks") long clicks,
        @JsonProperty("log_loss") @Nullable Double logLoss, @JsonProperty("auc") @Nullable Double auc,
        @JsonProperty("pcoc") @Nullable Double pcoc) {

    static NeutralFigures of(ModelSnapshot model) {
        NeutralSlice slice = model.getNeutral();
        return new NeutralFigures(model.getArm(), model.getVersion(), slice.getExamples(), slice.getClicks(),
                finite(slice.getLogLoss()), finite(slice.getAuc()), finite(slice.getPcoc()));
    }

    private static @Nullable Double finite(double value) {
        return Double.isFinite(value) ? value : null;
    }
}
