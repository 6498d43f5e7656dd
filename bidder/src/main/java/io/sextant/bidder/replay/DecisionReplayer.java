package io.sextant.bidder.replay;

import com.google.protobuf.InvalidProtocolBufferException;
import io.sextant.bidder.BidderConfig;
import io.sextant.bidder.decision.DecisionDirectory;
import io.sextant.bidder.decision.DecisionSettings;
import io.sextant.model.feature.UserAgents;
import io.sextant.protocol.NoBidReason;
import io.sextant.protocol.event.BidEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * Computes decisions again with the bidder's own pipeline, from what they were made with, and compares every bit.
 *
 * <p>
 * Threading: for one thread.
 */
final class DecisionReplayer implements AutoCloseable {
    /** A change of catalogue leaves decisions of two of them side by side in the log. */
    private static final int STAGES_MAX = 2;
    private static final int USER_AGENTS_MAX = 10_000;

    /** Brings decisions together that were made with the same things, so that little has to be loaded twice. */
    static final Comparator<BidEvent> BY_STATE = Comparator.comparing(BidEvent::getSettingsId)
            .thenComparing(BidEvent::getCatalogueSha256)
            .thenComparing(event -> event.getBid().getArm())
            .thenComparingLong(event -> event.getBid().getModelVersion()).thenComparing(BidEvent::getModelSha256)
            .thenComparingLong(BidEvent::getTableVersion).thenComparingLong(BidEvent::getTableFingerprint)
            .thenComparingLong(event -> event.getBid().getBidTimeMs())
            .thenComparing(event -> event.getBid().getRequestId()).thenComparingInt(BidEvent::getImpIndex);

    /** What became of a logged decision. */
    sealed interface Verdict {
        /** The same came out. */
        record Same() implements Verdict {}

        /** Something else came out. */
        record Different(List<Difference> differences) implements Verdict {}

        /** It ended because its time was up, which nothing but the clock decided. */
        record TimedOut() implements Verdict {}

        /** Something that it was made with is not there. */
        record Stateless(String problem) implements Verdict {}
    }

    private record StageKey(String settingsId, String catalogueSha256) {}

    private final DecisionDirectory directory;
    private final KeptState kept;
    private final UserAgents agents = new UserAgents(USER_AGENTS_MAX);
    /** The one used last comes last. */
    private final SequencedMap<StageKey, ReplayStage> stages = new LinkedHashMap<>();

    DecisionReplayer(DecisionDirectory directory) {
        this.directory = directory;
        this.kept = new KeptState(directory);
    }

    /**
     * Computes a decision again.
     *
     * @throws IOException if the directory cannot be read
     */
    Verdict replay(BidEvent logged) throws IOException {
        if (logged.getNoBidReason().equals(NoBidReason.TIMEOUT.name())) {
            return new Verdict.TimedOut();
        }
        try {
            ReplayStage stage = stage(logged);
            stage.set(logged);
            BidEvent recomputed = stage.decide(logged);
            List<Difference> differences = Difference.between(logged, recomputed);
            return differences.isEmpty() ? new Verdict.Same() : new Verdict.Different(differences);
        } catch (MissingStateException e) {
            return new Verdict.Stateless(String.valueOf(e.getMessage()));
        } catch (InvalidProtocolBufferException | RuntimeException e) {
            // A request that cannot be read, an impression that is not there, or a bug.
            return new Verdict.Different(
                    List.of(new Difference(Kind.ERROR, "the decision", "logged", e.toString())));
        }
    }

    private ReplayStage stage(BidEvent event) throws MissingStateException, IOException {
        var key = new StageKey(event.getSettingsId(), event.getCatalogueSha256());
        ReplayStage stage = stages.remove(key);
        if (stage != null && !stage.fits(event)) {
            stage.close();
            stage = null;
        }
        if (stage == null) {
            while (stages.size() >= STAGES_MAX) {
                stages.pollFirstEntry().getValue().close();
            }
            stage = newStage(event);
        }
        stages.putLast(key, stage);
        return stage;
    }

    private ReplayStage newStage(BidEvent event) throws MissingStateException, IOException {
        BidderConfig config = kept.settings(event);
        return new ReplayStage(kept, config, DecisionSettings.of(Files.readString(directory.settings(event))),
                kept.catalogue(event, config), agents);
    }

    @Override
    public void close() {
        stages.values().forEach(ReplayStage::close);
        stages.clear();
    }
}
