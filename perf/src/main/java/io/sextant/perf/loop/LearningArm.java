package io.sextant.perf.loop;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sextant.controller.AttributionConfig;
import io.sextant.fixtures.market.ClickProcess;
import io.sextant.model.array.ArrayCtrModel;
import io.sextant.model.array.KernelChoice;
import io.sextant.model.calibration.Calibration;
import io.sextant.model.calibration.SegmentCalibrations;
import io.sextant.model.ctr.CtrModel;
import io.sextant.model.ctr.Logistic;
import io.sextant.model.ctr.ModelArtefact;
import io.sextant.model.ctr.ModelDescription;
import io.sextant.model.ctr.Weights;
import io.sextant.model.feature.FeatureSchema;
import io.sextant.protocol.event.Example;
import io.sextant.trainer.ArmMeters;
import io.sextant.trainer.TrainerConfig;
import io.sextant.trainer.TrainerCounter;
import io.sextant.trainer.arm.ArmTrainer;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * One arm's way from what it bought to its next model: the audience, attribution, the product's trainer, publication.
 *
 * <p>
 * Threading: one thread at a time. The caller closes it.
 */
final class LearningArm implements AutoCloseable {
    /** While it is young, a model is worth publishing when it has learned a tenth more. */
    private static final double YOUNG = 0.1;
    private static final long PUBLISH_MIN = 1_000;
    private static final long PUBLISH_MAX = 10_000;

    final String name;
    final ImpressionLog log = new ImpressionLog();
    private final List<String> exchanges;
    private final ClickProcess clicks;
    private final LabelQueue labels;
    private final ArmMeters meters;
    private final ArmTrainer trainer;
    private final long schemaFingerprint;
    /** For every example in the trainer's batch whether it is an impression's first. */
    private final Deque<Boolean> untold = new ArrayDeque<>();
    /** Whether the example before was the half of a correction that takes a label back. */
    private boolean corrects;
    private long version = -1;
    private long publishedAt;
    private long offset;
    private long spendNanos;
    private double modifiers;
    private Observer observer = Observer.NONE;

    /** An arm that has learned nothing. */
    LearningArm(String name, List<String> exchanges, TrainerConfig config, AttributionConfig attribution,
            FeatureSchema schema, ClickProcess clicks) {
        this.name = name;
        this.exchanges = exchanges;
        this.clicks = clicks;
        this.labels = new LabelQueue(attribution);
        this.meters = new ArmMeters(new SimpleMeterRegistry(), name);
        this.trainer = new ArmTrainer(name, config, meters);
        this.schemaFingerprint = schema.fingerprint();
        trainer.listen(this::predicted);
    }

    /** Is told what an arm buys and learns from, in order. */
    interface Observer {
        Observer NONE = new Observer() {
            @Override
            public void shown(Win win) {}

            @Override
            public void learned(Example example) {}
        };

        /** An impression was bought and shown. */
        void shown(Win win);

        /** The trainer is given an example, the halves of a correction among them. */
        void learned(Example example);
    }

    /** From now on tells everything. */
    void observe(Observer by) {
        observer = by;
    }

    /** Publishes what the trainer has now, whatever it is. */
    CtrModel publish(long nowMs) {
        Weights weights = trainer.weights();
        ModelDescription description = trainer.describe(weights, version + 1, version);
        // Nothing goes to the disk: the sum and the place of an artefact are for those who read it from there.
        trainer.published(new ModelArtefact(description, weights, "", Path.of("")), nowMs);
        version++;
        publishedAt = trainer.learned();
        return new ArrayCtrModel(description, weights, KernelChoice.kernels());
    }

    /**
     * Shows what was bought, learns from the labels that are due before {@code toMs}, and publishes when enough is new.
     *
     * @return the model to bid with from now on; empty if it stays
     */
    Optional<CtrModel> advance(List<Win> wins, long toMs) {
        for (Win win : wins) {
            show(win);
        }
        labels.release(toMs, this::learn);
        long enough = Math.clamp((long) (YOUNG * trainer.learned()), PUBLISH_MIN, PUBLISH_MAX);
        if (trainer.learned() - publishedAt < enough) {
            return Optional.empty();
        }
        if (trainer.judge(toMs).isPresent()) {
            publishedAt = trainer.learned();
            return Optional.empty();
        }
        return Optional.of(publish(toMs));
    }

    private void show(Win win) {
        var response = clicks.show(win.opportunity(), win.creativeId());
        observer.shown(win);
        log.shown(response.probability(), clicks.typicalProbability(win.opportunity(), win.creativeId()),
                win.plainPctr(), response.clicked(), exchanges.indexOf(win.exchange()));
        spendNanos += win.priceCpmMicros();
        modifiers += win.modifier();
        var impression = Example.newBuilder().setBidId(win.bidId()).setArm(name)
                .setSchemaFingerprint(schemaFingerprint).setPctr((float) win.pctr())
                .setModifier((float) win.modifier()).setModelVersion(win.modelVersion())
                .setImpressionTimeMs(win.timeMs()).setExchange(win.exchange()).setCampaignId(win.campaignId())
                .setFormat(win.format()).addAllFeature(win.features());
        labels.shown(impression.build(), response);
    }

    private void learn(Example example) {
        // Both halves of a correction are of an impression that was told before.
        boolean first = example.getWeight() > 0 && !corrects;
        corrects = example.getWeight() < 0;
        untold.add(first);
        observer.learned(example);
        trainer.accept(offset++, example);
    }

    private void predicted(float[] logits, SegmentCalibrations calibrations) {
        List<Calibration> byExchange = exchanges.stream().map(calibrations::of).toList();
        for (float logit : logits) {
            if (untold.remove()) {
                double raw = Logistic.of(logit);
                log.learned(raw, byExchange.get(log.exchange(log.learned())).at(raw));
            }
        }
    }

    /** Versions published, the untrained one included. */
    long versions() {
        return version + 1;
    }

    /** Versions that were judged too bad. */
    long refused() {
        return meters.value(TrainerCounter.MODELS_REFUSED_WORSE)
                + meters.value(TrainerCounter.MODELS_REFUSED_NOT_FINITE);
    }

    /** Labels that a late click took back. */
    long corrections() {
        return meters.value(TrainerCounter.CORRECTIONS);
    }

    /** What was paid for all impressions, nanos of USD. */
    long spendNanos() {
        return spendNanos;
    }

    /** Impressions bought. */
    long bought() {
        return log.size();
    }

    /** Sum of the modifiers of all impressions. */
    double modifiers() {
        return modifiers;
    }

    @Override
    public void close() {
        trainer.close();
    }
}
