package io.sextant.controller.stream;

import io.sextant.protocol.event.ArmSecond;
import io.sextant.protocol.event.CellHistogram;
import io.sextant.uncertainty.quantile.QuantileSketch;

/** Seconds of an arm, made from single uncertainties as a bidder does. */
final class ArmSecondBuilder {
    private final ArmSecond.Builder second = ArmSecond.newBuilder().setBidder("bidder-1").setArm("uncertainty")
            .setUncertaintyEpoch(1).setModelVersion(1);

    ArmSecondBuilder arm(String arm) {
        second.setArm(arm);
        return this;
    }

    ArmSecondBuilder bidder(String bidder) {
        second.setBidder(bidder);
        return this;
    }

    ArmSecondBuilder at(long secondMs) {
        second.setSecondMs(secondMs).setSequence(secondMs / 1000);
        return this;
    }

    ArmSecondBuilder sequence(long sequence) {
        second.setSequence(sequence);
        return this;
    }

    ArmSecondBuilder epoch(long epoch, long modelVersion) {
        second.setUncertaintyEpoch(epoch).setModelVersion(modelVersion);
        return this;
    }

    ArmSecondBuilder counts(long requests, long impressions, long bids) {
        second.setRequests(requests).setImpressions(impressions).setBids(bids);
        return this;
    }

    ArmSecondBuilder cell(String cell, double... uncertainties) {
        second.addUncertainty(CellHistogram.newBuilder().setCell(cell).setHistogram(sketch(uncertainties).toSparse()));
        return this;
    }

    ArmSecondBuilder modifiers(double... modifiers) {
        QuantileSketch sketch = sketch(modifiers);
        second.setModifier(sketch.toSparse()).setModifierCount(sketch.count())
                .setModifierSum(sketch.mean() * sketch.count());
        return this;
    }

    ArmSecondBuilder predictions(double... predictions) {
        second.setRanked(sketch(predictions).toSparse());
        return this;
    }

    ArmSecond build() {
        return second.build();
    }

    private static QuantileSketch sketch(double... values) {
        var sketch = new QuantileSketch();
        for (double value : values) {
            sketch.record(value);
        }
        return sketch;
    }
}
