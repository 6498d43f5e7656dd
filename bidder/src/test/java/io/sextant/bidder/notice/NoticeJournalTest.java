package io.sextant.bidder.notice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.sextant.bidder.notice.NoticeJournal.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NoticeJournalTest {
    @TempDir
    private Path directory;

    @Test
    void shouldStillHoldWhatWasCommittedWhenTheProcessDiesWithoutClosing() throws Exception {
        Path image = directory.resolve("image");
        try (var journal = new NoticeJournal(config(directory.resolve("live"), 1000))) {
            commit(journal, NoticeKind.WIN, 0, 300);
            // What a killed process leaves behind: the files as they are while the journal is open.
            copy(directory.resolve("live"), image);
        }

        try (var reopened = new NoticeJournal(config(image, 1000))) {
            assertThat(reopened.size()).isEqualTo(300);
            assertThat(reopened.read(reopened.firstSequence(), 1000).entries())
                    .isEqualTo(entries(NoticeKind.WIN, 0, 300));
        }
    }

    @Test
    void shouldGoOnNumberingWhereItStoppedWhenReopened() throws Exception {
        try (var journal = new NoticeJournal(config(directory, 1000))) {
            commit(journal, NoticeKind.BILL, 0, 10);
            journal.deleteThrough(journal.firstSequence() + 3);
        }
        try (var journal = new NoticeJournal(config(directory, 1000))) {
            commit(journal, NoticeKind.BILL, 10, 5);

            List<JournalEntry> expected = new ArrayList<>(entries(NoticeKind.BILL, 4, 6));
            expected.addAll(entries(NoticeKind.BILL, 10, 5));
            assertThat(journal.read(journal.firstSequence(), 1000).entries()).isEqualTo(expected);
            assertThat(journal.size()).isEqualTo(11);
        }
    }

    @Test
    void shouldCommitManyWritersNoticesAndRunTheirCallbacksOnTheirExecutors() throws Exception {
        int writers = 4;
        int each = 500;
        var done = new CountDownLatch(writers * each);
        var wrongThread = new AtomicInteger();
        try (var journal = new NoticeJournal(config(directory, 100_000))) {
            for (int w = 0; w < writers; w++) {
                int writer = w;
                Thread.ofPlatform().start(() -> {
                    for (int i = 0; i < each; i++) {
                        journal.append(NoticeKind.CLICK, writer + "-" + i, ByteString.EMPTY, task -> {
                            Thread before = Thread.currentThread();
                            task.run();
                            if (!before.getName().equals("notice-journal")) {
                                wrongThread.incrementAndGet();
                            }
                        }, outcome -> {
                            if (outcome == Outcome.COMMITTED) {
                                done.countDown();
                            }
                        });
                    }
                });
            }

            assertThat(done.await(20, TimeUnit.SECONDS)).isTrue();
            assertThat(journal.size()).isEqualTo((long) writers * each);
            assertThat(wrongThread).hasValue(0);
        }
    }

    @Test
    void shouldDropADuplicateOnlyAfterTheFirstWasCommitted() throws Exception {
        try (var journal = new NoticeJournal(config(directory, 1000))) {
            commit(journal, NoticeKind.WIN, 0, 1);

            assertThat(append(journal, NoticeKind.WIN, "bid-0")).isEqualTo(Outcome.DUPLICATE);
            assertThat(append(journal, NoticeKind.BILL, "bid-0")).isEqualTo(Outcome.COMMITTED);
            assertThat(journal.size()).isEqualTo(2);
        }
    }

    @Test
    void shouldRefuseAndDropNothingWhenFull() throws Exception {
        try (var journal = new NoticeJournal(config(directory, 1000))) {
            commit(journal, NoticeKind.WIN, 0, 1000);

            assertThat(append(journal, NoticeKind.WIN, "one too many")).isEqualTo(Outcome.FULL);
            assertThat(journal.size()).isEqualTo(1000);
            journal.deleteThrough(journal.firstSequence());
            assertThat(append(journal, NoticeKind.WIN, "one too many")).isEqualTo(Outcome.COMMITTED);
        }
    }

    @Test
    void shouldRefuseWhenSealedAndNameADirectoryInUse() throws Exception {
        try (var journal = new NoticeJournal(config(directory, 1000))) {
            assertThatThrownBy(() -> new NoticeJournal(config(directory, 1000)))
                    .isInstanceOf(IllegalStateException.class).hasMessageContaining(directory.toString());
            journal.seal();

            assertThat(append(journal, NoticeKind.WIN, "late")).isEqualTo(Outcome.FAILED);
        }
    }

    @Test
    void shouldForwardInOrderAndDeleteWhatIsAcknowledged() throws Exception {
        try (var producer = new MockProducer<>(true, null, new StringSerializer(), new ByteArraySerializer());
                var journal = new NoticeJournal(config(directory, 10_000))) {
            commit(journal, NoticeKind.WIN, 0, 1500);
            commit(journal, NoticeKind.CLICK, 0, 10);
            var forwarder = new NoticeForwarder(journal, () -> producer, "prefix.");

            await().atMost(Duration.ofSeconds(10)).until(() -> journal.size() == 0);
            forwarder.close();

            assertThat(forwarder.forwarded()).isEqualTo(1510);
            assertThat(producer.history().stream().map(ProducerRecord::key).toList())
                    .isEqualTo(Stream.concat(entries(NoticeKind.WIN, 0, 1500).stream(),
                            entries(NoticeKind.CLICK, 0, 10).stream()).map(JournalEntry::bidId).toList());
            assertThat(producer.history().stream().map(ProducerRecord::topic).distinct().toList())
                    .containsExactly("prefix.wins", "prefix.clicks");
        }
    }

    @Test
    void shouldSendAgainWhatKafkaDidNotTake() throws Exception {
        var attempts = new AtomicInteger();
        var sent = new ConcurrentLinkedQueue<String>();
        try (var journal = new NoticeJournal(config(directory, 10_000))) {
            commit(journal, NoticeKind.WIN, 0, 20);
            var forwarder = new NoticeForwarder(journal, () -> {
                if (attempts.getAndIncrement() == 0) {
                    throw new KafkaException("no resolvable bootstrap urls");
                }
                return failingOnce(sent, attempts.get() == 2 ? 7 : Integer.MAX_VALUE);
            }, "");

            await().atMost(Duration.ofSeconds(20)).until(() -> journal.size() == 0);
            forwarder.close();

            // The eighth is refused once; everything from there on is sent again, in order.
            assertThat(sent.stream().distinct().toList())
                    .isEqualTo(entries(NoticeKind.WIN, 0, 20).stream().map(JournalEntry::bidId).toList());
            assertThat(forwarder.forwarded()).isEqualTo(20);
            assertThat(forwarder.failures()).isEqualTo(2);
        }
    }

    /** A producer that refuses the record with the given number, once. */
    private static Producer<String, byte[]> failingOnce(ConcurrentLinkedQueue<String> sent, int failAt) {
        var count = new AtomicInteger();
        return new MockProducer<>(true, null, new StringSerializer(), new ByteArraySerializer()) {
            @Override
            public synchronized java.util.concurrent.Future<org.apache.kafka.clients.producer.RecordMetadata> send(
                    ProducerRecord<String, byte[]> message) {
                if (count.getAndIncrement() == failAt) {
                    return java.util.concurrent.CompletableFuture.failedFuture(new TimeoutException("no broker"));
                }
                sent.add(message.key());
                return super.send(message);
            }
        };
    }

    private static JournalConfig config(Path directory, long entriesMax) {
        return new JournalConfig(directory, 10_000, 256, entriesMax, 10_000);
    }

    private static List<JournalEntry> entries(NoticeKind kind, int from, int count) {
        List<JournalEntry> entries = new ArrayList<>();
        for (int i = from; i < from + count; i++) {
            entries.add(new JournalEntry(kind, "bid-" + i, ByteString.copyFromUtf8("event " + i)));
        }
        return entries;
    }

    private static void commit(NoticeJournal journal, NoticeKind kind, int from, int count)
            throws InterruptedException {
        var done = new CountDownLatch(count);
        for (JournalEntry entry : entries(kind, from, count)) {
            journal.append(kind, entry.bidId(), entry.event(), Runnable::run, outcome -> {
                if (outcome == Outcome.COMMITTED) {
                    done.countDown();
                }
            });
        }
        assertThat(done.await(20, TimeUnit.SECONDS)).isTrue();
    }

    private static Outcome append(NoticeJournal journal, NoticeKind kind, String bidId) throws InterruptedException {
        var outcomes = new java.util.concurrent.LinkedBlockingQueue<Outcome>();
        journal.append(kind, bidId, ByteString.EMPTY, Runnable::run, outcomes::add);
        Outcome outcome = outcomes.poll(20, TimeUnit.SECONDS);
        return outcome == null ? Outcome.FAILED : outcome;
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.toList()) {
                if (!file.getFileName().toString().equals("LOCK")) {
                    Files.copy(file, to.resolve(file.getFileName()));
                }
            }
        }
    }
}
