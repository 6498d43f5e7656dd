package io.sextant.bidder.decision;

import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.bidder.RunningBidder;
import io.sextant.bidder.snapshot.ModelSource;
import io.sextant.model.ctr.ModelArtefact;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RetentionTest {
    private static final long START_MS = Instant.parse("2026-07-01T00:00:00Z").toEpochMilli();
    private static final long HOUR_MS = Duration.ofHours(1).toMillis();

    @TempDir
    private Path folder;

    private final AtomicLong nowMs = new AtomicLong(START_MS);
    private final InstantSource clock = () -> Instant.ofEpochMilli(nowMs.get());

    /** Segments of an hour each; a catalogue, a snapshot and a model a day, the settings for ever. */
    @Test
    void shouldDeleteOldSegmentsAndWhatOnlyTheyNeed() throws IOException {
        var directory = new DecisionDirectory(folder.resolve("log"));
        var keeper = new StateKeeper(directory, Decided.SETTINGS, clock);
        List<ModelSource> models = List.of(model(0), model(1), model(2));
        for (int hour = 0; hour < 72; hour++) {
            nowMs.set(START_MS + hour * HOUR_MS);
            int day = hour / 24;
            segment(directory, keeper, Decided.of("r" + hour, "catalogue-" + day, day, models.get(day)));
        }
        nowMs.set(START_MS + 72 * HOUR_MS);
        var retention = new Retention(directory, Duration.ofHours(36));

        int deleted = retention.sweep(nowMs.get(), null);

        // Segment h begins at hour h and has its last decision half an hour later: those of hours 36 to 71 are left.
        assertThat(directory.segments()).hasSize(36).first().asString().contains("20260702T120000");
        assertThat(children(directory.catalogues())).containsExactly("catalogue-1.yaml", "catalogue-2.yaml");
        assertThat(children(directory.snapshots())).hasSize(2).noneMatch(name -> name.startsWith("uncertainty-0-"));
        assertThat(children(directory.models().resolve("uncertainty"))).hasSize(2)
                .noneMatch(name -> name.startsWith("0000000000-"));
        assertThat(children(directory.settings())).hasSize(1);
        assertThat(deleted).isEqualTo(36 + 3);
        assertThat(retention.sweep(nowMs.get(), null)).as("nothing more").isZero();
    }

    @Test
    void shouldKeepWhatAnOpenSegmentNeedsHoweverOldItIs() throws IOException {
        var directory = new DecisionDirectory(folder.resolve("log"));
        var keeper = new StateKeeper(directory, Decided.SETTINGS, clock);
        Decided decided = Decided.of("r", "c", 1, null);
        Path open = segment(directory, keeper, decided);
        long laterMs = START_MS + 1000 * HOUR_MS;

        assertThat(new Retention(directory, Duration.ofHours(1)).sweep(laterMs, open)).isZero();
        assertThat(directory.catalogue(decided.event())).exists();

        assertThat(new Retention(directory, Duration.ofHours(1)).sweep(laterMs, null)).isEqualTo(4);
        assertThat(directory.segments()).isEmpty();
        assertThat(directory.catalogue(decided.event())).doesNotExist();
    }

    @Test
    void shouldDeleteWhatAKilledProcessHadBegun() throws IOException {
        var directory = new DecisionDirectory(folder.resolve("log"));
        Path begun = Files.createDirectories(directory.models().resolve("uncertainty/.new-1/deep"));
        Files.writeString(begun.resolve("weights"), "x");
        Path file = Files.writeString(Files.createDirectories(directory.catalogues()).resolve(".new-2"), "x");
        Path whole = Files.writeString(directory.catalogues().resolve("c.yaml"), "x");

        new Retention(directory, Duration.ofDays(1)).deleteTemporary();

        assertThat(begun.getParent()).doesNotExist();
        assertThat(file).doesNotExist();
        assertThat(whole).exists();
    }

    private Path segment(DecisionDirectory directory, StateKeeper keeper, Decided decided) throws IOException {
        Files.createDirectories(directory.bids());
        keeper.newSegment(nowMs.get());
        keeper.keep(decided.event(), decided.state());
        var segment = new SegmentWriter(directory.segment(nowMs.get()), nowMs.get(), SegmentWriter.Opener.FILES);
        segment.write(decided.event(), nowMs.get() + HOUR_MS / 2);
        segment.close();
        return segment.path();
    }

    private ModelSource model(long version) throws IOException {
        ModelArtefact artefact = RunningBidder.writeModel(folder.resolve("trained"), "uncertainty", version);
        return new ModelSource("uncertainty", version, artefact.sha256(), artefact.directory());
    }

    private static List<String> children(Path place) throws IOException {
        try (var files = Files.list(place)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
