package io.sextant.bidder.decision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sextant.bidder.RunningBidder;
import io.sextant.bidder.decision.DecisionWriter.Drop;
import io.sextant.bidder.event.Counts;
import io.sextant.bidder.snapshot.ModelSource;
import io.sextant.model.ctr.ArtefactFiles;
import io.sextant.model.ctr.ArtefactSum;
import io.sextant.model.ctr.ModelArtefact;
import io.sextant.protocol.event.BidEvent;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DecisionWriterTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    @TempDir
    private Path folder;

    private final AtomicLong nowMs = new AtomicLong(Instant.parse("2026-07-01T12:00:00Z").toEpochMilli());
    private final InstantSource clock = () -> Instant.ofEpochMilli(nowMs.get());
    private final Counts<Drop> drops = Counts.register(new SimpleMeterRegistry(), "drops", "Drops.", "reason",
            Drop.class);

    @Test
    void shouldKeepDecisionsInOrderWithAllThatTheyWereMadeWith() throws IOException {
        ModelSource model = model(3);
        try (DecisionWriter writer = writer(1 << 20, SegmentWriter.Opener.FILES)) {
            for (int i = 0; i < 100; i++) {
                offer(writer, Decided.of("r" + i, i < 50 ? "c1" : "c2", i < 30 ? 7 : 8, model));
            }
        }

        assertThat(read()).extracting(event -> event.getBid().getRequestId()).hasSize(100).startsWith("r0")
                .endsWith("r99");
        var directory = new DecisionDirectory(log());
        for (BidEvent event : read()) {
            assertThat(directory.catalogue(event)).hasContent("catalogue " + event.getCatalogueSha256());
            assertThat(directory.settings(event)).hasContent(Decided.SETTINGS.text().strip());
            assertThat(directory.snapshot(event)).exists();
            assertThat(directory.rates(event)).exists();
            assertThat(ArtefactSum.of(directory.model(event))).isEqualTo(model.sha256());
        }
        assertThat(log().resolve("snapshots")).isDirectoryContaining("glob:**uncertainty-7-*")
                .isDirectoryContaining("glob:**uncertainty-8-*");
        assertThat(log().resolve("bids/20260701T120000.000Z.pb.gz")).exists();
        assertThat(drops.total()).isZero();
    }

    @Test
    void shouldKeepAModelThatItHearsOfThoughItIsDeletedBeforeTheFirstDecision() throws IOException {
        ModelSource model = model(4);
        try (DecisionWriter writer = writer(1 << 20, SegmentWriter.Opener.FILES)) {
            writer.model(model);
            await().atMost(SOON).until(() -> Files.exists(log().resolve("models/uncertainty")));
            await().atMost(SOON).until(() -> {
                ArtefactFiles.deleteTree(model.chain().full().directory());
                return true;
            });
            offer(writer, Decided.of("r", "c", 1, model));
        }

        assertThat(read()).hasSize(1);
        assertThat(ArtefactSum.of(new DecisionDirectory(log()).model(read().getFirst())))
                .isEqualTo(model.sha256());
    }

    @Test
    void shouldDropOnlyDecisionsWhoseModelIsGone() throws IOException {
        ModelSource gone = new ModelSource("uncertainty", 9, "ab".repeat(32), folder.resolve("nowhere"));
        ModelSource replaced = new ModelSource("uncertainty", 3, "cd".repeat(32), model(3).chain().full().directory());
        try (DecisionWriter writer = writer(1 << 20, SegmentWriter.Opener.FILES)) {
            offer(writer, Decided.of("good", "c", 1, null));
            offer(writer, Decided.of("gone", "c", 1, gone));
            offer(writer, Decided.of("replaced", "c", 1, replaced));
            offer(writer, Decided.of("good too", "c", 1, null));
        }

        assertThat(read()).extracting(event -> event.getBid().getRequestId()).containsExactly("good", "good too");
        assertThat(drops.count(Drop.STATE_GONE)).isEqualTo(2);
        assertThat(drops.total()).isEqualTo(2);
        assertThat(log().resolve("models/uncertainty")).isEmptyDirectory();
    }

    @Test
    void shouldBeginANewSegmentWhenOneIsFullOrOld() throws IOException {
        try (DecisionWriter writer = writer(1_024, SegmentWriter.Opener.FILES)) {
            offer(writer, Decided.of("r0", "c", 1, null));
            await().atMost(SOON).until(() -> segments().size() == 1);
            nowMs.addAndGet(Duration.ofMinutes(10).toMillis());
            await().atMost(SOON).until(() -> writer.written() == 1);
            offer(writer, Decided.of("r1", "c", 1, null));
            offer(writer, large("r2"));
            // A segment that has ended bears the time of its last decision, by the clock.
            await().atMost(SOON).until(() -> segments().size() == 2
                    && Files.getLastModifiedTime(segments().getLast()).toMillis() == nowMs.get());
            offer(writer, Decided.of("r3", "c", 1, null));
        }

        assertThat(segments()).extracting(segment -> segment.getFileName().toString()).containsExactly(
                "20260701T120000.000Z.pb.gz", "20260701T121000.000Z.pb.gz", "20260701T121000.001Z.pb.gz");
        assertThat(read()).extracting(event -> event.getBid().getRequestId()).containsExactly("r0", "r1", "r2", "r3");
    }

    /** A full disk costs decisions, and is forgotten once there is room. */
    @Test
    void shouldCountWhatAFullDiskDoesNotTakeAndGoOnWhenThereIsRoom() throws IOException {
        var full = new AtomicBoolean();
        SegmentWriter.Opener opener = path -> new FilterOutputStream(SegmentWriter.Opener.FILES.open(path)) {
            @Override
            public void write(byte[] block, int offset, int length) throws IOException {
                if (full.get()) {
                    throw new IOException("No space left on device");
                }
                out.write(block, offset, length);
            }
        };
        try (DecisionWriter writer = writer(1 << 20, opener)) {
            offer(writer, Decided.of("before", "c", 1, null));
            await().atMost(SOON).until(() -> writer.written() == 1);
            full.set(true);
            offer(writer, Decided.of("lost", "c", 1, null));
            await().atMost(SOON).until(() -> drops.count(Drop.UNWRITTEN) >= 1);
            offer(writer, Decided.of("lost too", "c", 1, null));
            await().atMost(SOON).until(() -> drops.count(Drop.UNWRITTEN) == 2);
            full.set(false);
            await().atMost(SOON).until(() -> {
                offer(writer, Decided.of("after", "c", 1, null));
                return writer.written() > 1;
            });
        }

        assertThat(read()).extracting(event -> event.getBid().getRequestId()).startsWith("before").contains("after")
                .doesNotContain("lost", "lost too");
        assertThat(segments()).as("no empty ones from while it was full").hasSize(2);
    }

    @Test
    void shouldNeverWaitAndCountWhatTheQueueDoesNotHold() throws Exception {
        var free = new CountDownLatch(1);
        SegmentWriter.Opener stuck = path -> {
            try {
                free.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            return SegmentWriter.Opener.FILES.open(path);
        };
        try (DecisionWriter writer = new DecisionWriter(config(log().toString(), 1 << 20, 16), Decided.SETTINGS, drops,
                clock, stuck)) {
            offer(writer, Decided.of("taken", "c", 1, null));
            await().atMost(SOON).until(() -> writer.size() == 0);
            for (int i = 0; i < 20; i++) {
                offer(writer, Decided.of("r" + i, "c", 1, null));
            }
            assertThat(drops.count(Drop.FULL)).isEqualTo(4);
            free.countDown();
        }

        assertThat(read()).as("one taken, sixteen queued").hasSize(17);
    }

    @Test
    void shouldLeaveWhatWasFlushedReadableWhenTheProcessIsKilled() throws IOException {
        Path segment = folder.resolve("segment");
        var writer = new SegmentWriter(segment, nowMs.get(), SegmentWriter.Opener.FILES);
        for (int i = 0; i < 10; i++) {
            writer.write(Decided.of("r" + i, "c", 1, null).event(), nowMs.get());
        }
        writer.flush();
        assertThat(Files.size(segment)).isEqualTo(writer.bytes());
        writer.write(large("unflushed").event(), nowMs.get());
        writer.abandon();

        List<BidEvent> events = new ArrayList<>();
        SegmentReader.@Nullable Cut cut;
        try (var reader = new SegmentReader(segment)) {
            for (BidEvent event = reader.next(); event != null; event = reader.next()) {
                events.add(event);
            }
            cut = reader.cut();
        }
        assertThat(events).hasSize(10);
        assertThat(cut).isNotNull().returns(10L, SegmentReader.Cut::events).returns(false, SegmentReader.Cut::damaged);
    }

    @Test
    void shouldRefuseADirectoryThatAnotherWritesToOrThatCannotBe() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");
        try (DecisionWriter _ = writer(1 << 20, SegmentWriter.Opener.FILES)) {
            assertThatIllegalStateException().isThrownBy(() -> writer(1 << 20, SegmentWriter.Opener.FILES))
                    .withMessageContaining("replay.dir = " + log())
                    .withMessageContaining("another bidder writes there");
        }
        assertThatIllegalStateException()
                .isThrownBy(() -> new DecisionWriter(config(file.toString(), 1 << 20, 1_000), Decided.SETTINGS, drops,
                        clock))
                .withMessageContaining("cannot be written to");
    }

    private static Decided large(String request) {
        Decided decided = Decided.of(request, "c", 1, null);
        var chance = new Random(1);
        byte[] bytes = new byte[4_096];
        chance.nextBytes(bytes);
        return new Decided(
                decided.event().toBuilder().setRequest(ByteString.copyFrom(bytes)).build(),
                decided.state());
    }

    private static void offer(DecisionWriter writer, Decided decided) {
        writer.decision(decided.event(), decided.state());
    }

    private ModelSource model(long version) throws IOException {
        ModelArtefact artefact = RunningBidder.writeModel(folder.resolve("trained"), "uncertainty", version);
        return new ModelSource("uncertainty", version, artefact.sha256(), artefact.directory());
    }

    private DecisionWriter writer(long segmentBytes, SegmentWriter.Opener opener) {
        return new DecisionWriter(config(log().toString(), segmentBytes, 1_000), Decided.SETTINGS, drops, clock,
                opener);
    }

    private static ReplayConfig config(String directory, long segmentBytes, int queueCapacity) {
        return new ReplayConfig(directory, Duration.ofDays(7), segmentBytes, Duration.ofMinutes(10), queueCapacity);
    }

    private Path log() {
        return folder.resolve("log");
    }

    private List<Path> segments() throws IOException {
        return new DecisionDirectory(log()).segments();
    }

    private List<BidEvent> read() throws IOException {
        List<BidEvent> events = new ArrayList<>();
        for (Path segment : segments()) {
            try (var reader = new SegmentReader(segment)) {
                for (BidEvent event = reader.next(); event != null; event = reader.next()) {
                    events.add(event);
                }
            }
        }
        return events;
    }
}
