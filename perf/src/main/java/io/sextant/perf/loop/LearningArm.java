package io.sextant.perf.loop;

import com.google.protobuf.Message;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sextant.fixtures.market.ClickProcess;
import io.sextant.model.array.ArrayCtrModel;
import io.sextant.model.array.KernelChoice;
import io.sextant.model.calibration.SegmentCalibrations;
import io.sextant.model.ctr.CtrModel;
import io.sextant.model.ctr.Logistic;
import io.sextant.model.ctr.ModelArtefact;
import io.sextant.model.ctr.ModelDescription;
import io.sextant.model.ctr.Weights;
import io.sextant.protocol.event.BillEvent;
import io.sextant.protocol.event.ClickEvent;
import io.sextant.protocol.event.Example;
import io.sextant.trainer.ArmMeters;
import io.sextant.trainer.TrainerConfig;
import io.sextant.trainer.TrainerCounter;
import io.sextant.trainer.arm.ArmTrainer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;

/**
 * One arm's way from what it bought to its next model: the audience, the product's trainer, publication. Notices go out and
 * examples come back, attribution is the controller's.
 *
 * <p>
 * Threading: one thread at a time. The caller closes it.
 */
public final class LearningArm implements AutoCloseable {
    /** File, in the directory of an arm, that it starts from if it is there; {@link #checkpoint} writes it. */
    public static final String CHECKPOINT = "checkpoint.safetensors";
    /** In a bid id, what stands behind the arm's name. */
    static final String ARM_END = "/";
    /** While it is young, a model is worth publishing when it has learned a tenth more. */
    private static final double YOUNG = 0.1;
    private static final long PUBLISH_MIN = 1_000;
    private static final long PUBLISH_MAX = 10_000;

    private final String name;
    private final ClickProcess audience;
    private final ArmListener listener;
    private final ArmMeters meters;
    private final ArmTrainer trainer;
    /** Clicks to come, by time, then in the order of their impressions. */
    private final PriorityQueue<Click> clicks = new PriorityQueue<>(
            Comparator.comparingLong(Click::timeMs).thenComparingLong(Click::order));
    /** For every example in the trainer's batch the impression, if it is told for the first time. */
    private final Deque<Told> untold = new ArrayDeque<>();
    /** Whether the example before was the half of a correction that takes a label back. */
    private boolean corrects;
    private long version = -1;
    private long publishedAt;
    private long offset;
    private long spendNanos;
    private double modifiers;
    private long bought;

    private record Click(long timeMs, long order, ClickEvent event) {}

    private record Told(boolean first, String bidId, String exchange) {}

    /**
     * An arm that has learned nothing, or goes on from a checkpoint that lies where the trainer looks for it.
     *
     * @param audience who sees what the arm buys; the arm's own
     */
    public LearningArm(String name, TrainerConfig config, ClickProcess audience, ArmListener listener) {
        this.name = name;
        this.audience = audience;
        this.listener = listener;
        this.meters = new ArmMeters(new SimpleMeterRegistry(), name);
        this.trainer = new ArmTrainer(name, config, meters);
        try {
            trainer.restore();
        } catch (IOException e) {
            throw new UncheckedIOException("arm " + name + ": its checkpoint cannot be read", e);
        }
        trainer.listen(this::predicted);
    }

    /** Its name. */
    public String name() {
        return name;
    }

    /** Publishes what the trainer has now, whatever it is. */
    public CtrModel publish(long nowMs) {
        Weights weights = trainer.weights();
        ModelDescription description = trainer.describe(weights, version + 1, version);
        // Nothing goes to the disk: the sum and the place of an artefact are for those who read it from there.
        trainer.published(new ModelArtefact(description, weights, "", Path.of("")), nowMs);
        version++;
        publishedAt = trainer.learned();
        return new ArrayCtrModel(description, weights, KernelChoice.kernels());
    }

    /** Saves where it stands, for another arm's start; see {@link ArmTrainer#checkpoint}. */
    public void checkpoint() throws IOException {
        trainer.checkpoint("");
    }

    /**
     * Shows what was bought.
     *
     * @param toMs up to when
     * @return the notices that come before then, of impressions and clicks, by time
     */
    List<Message> show(List<Win> wins, long toMs) {
        List<Message> notices = new ArrayList<>();
        for (Win win : wins) {
            long timeMs = win.bid().getBidTimeMs();
            clicksBefore(timeMs, notices);
            show(win, timeMs);
            notices.add(BillEvent.newBuilder().setBid(win.bid()).setPriceCpmMicros(win.priceCpmMicros())
                    .setTimeMs(timeMs).build());
        }
        clicksBefore(toMs, notices);
        return notices;
    }

    private void show(Win win, long timeMs) {
        var response = audience.show(win.opportunity(), win.bid().getCreativeId());
        bought++;
        spendNanos += win.priceCpmMicros();
        modifiers += win.modifier();
        if (response.clicked()) {
            long clickMs = timeMs + response.delayMs();
            clicks.add(new Click(clickMs, bought,
                    ClickEvent.newBuilder().setBid(win.bid()).setTimeMs(clickMs).build()));
        }
        listener.shown(win, response, audience);
    }

    private void clicksBefore(long timeMs, List<Message> notices) {
        while (!clicks.isEmpty() && clicks.element().timeMs < timeMs) {
            notices.add(clicks.remove().event);
        }
    }

    /**
     * Learns, and publishes when enough is new.
     *
     * @return the model to bid with from now on; empty if it stays
     */
    Optional<CtrModel> learn(List<Example> examples, long nowMs) {
        examples.forEach(this::learn);
        long enough = Math.clamp((long) (YOUNG * trainer.learned()), PUBLISH_MIN, PUBLISH_MAX);
        if (trainer.learned() - publishedAt < enough) {
            return Optional.empty();
        }
        if (trainer.judge(nowMs).isPresent()) {
            publishedAt = trainer.learned();
            return Optional.empty();
        }
        return Optional.of(publish(nowMs));
    }

    private void learn(Example labelled) {
        // Two arms that buy the same learn the same: no draw may depend on whose impression it was.
        Example example = labelled.toBuilder().setBidId(labelled.getBidId().substring(name.length())).build();
        // Both halves of a correction are of an impression that was told before.
        boolean first = example.getWeight() > 0 && !corrects;
        corrects = example.getWeight() < 0;
        untold.add(new Told(first, labelled.getBidId(), example.getExchange()));
        listener.taught(example);
        trainer.accept(offset++, example);
    }

    private void predicted(float[] logits, SegmentCalibrations calibrations) {
        for (float logit : logits) {
            Told told = untold.remove();
            if (told.first) {
                double raw = Logistic.of(logit);
                listener.predicted(told.bidId, raw, calibrations.of(told.exchange).at(raw));
            }
        }
    }

    /** Impressions that the trainer has learned from since it was new. */
    public long learned() {
        return trainer.learned();
    }

    /** Versions published, the first one included. */
    public long versions() {
        return version + 1;
    }

    /** Versions that were judged too bad. */
    public long refused() {
        return meters.value(TrainerCounter.MODELS_REFUSED_WORSE)
                + meters.value(TrainerCounter.MODELS_REFUSED_NOT_FINITE)
                + meters.value(TrainerCounter.MODELS_REFUSED_PCOC);
    }

    /** Labels that a late click took back. */
    public long corrections() {
        return meters.value(TrainerCounter.CORRECTIONS);
    }

    /** What was paid for all impressions, nanos of USD. */
    public long spendNanos() {
        return spendNanos;
    }

    /** Impressions bought. */
    public long bought() {
        return bought;
    }

    /** Sum of the modifiers of all impressions. */
    public double modifiers() {
        return modifiers;
    }

    @Override
    public void close() {
        trainer.close();
    }
}
