package io.sextant.bidder.notice;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps notices on the local disk until Kafka has them. A notice is answered only after its commit, so whatever happens
 * to the process, an answered notice is not lost; it may be forwarded twice, and streams drop duplicates by bid id.
 *
 * <p>
 * Threading: {@link #append} may be called from any event loop and never blocks; callbacks run on the executor that came
 * with the notice. One writer thread commits. Reading and deleting are the forwarder's alone.
 */
public final class NoticeJournal implements AutoCloseable {
    /*
     * A RocksDB of sequence number (8 bytes, big endian) -> entry. Group commit: the writer takes whatever has queued up,
     * writes it as one batch with one fsync of the write-ahead log, then completes all callbacks; the slower the disk, the
     * larger the batches. Entries are deleted from the front only, so live numbers are contiguous and their count is a
     * subtraction. Deletions are not synced: an entry that comes back after a crash is a duplicate, not an error.
     */
    private static final Logger LOG = LoggerFactory.getLogger(NoticeJournal.class);
    private static final long WRITE_BUFFER_BYTES = 8 << 20;
    private static final long WAL_BYTES_MAX = 64 << 20;

    static {
        RocksDB.loadLibrary();
    }

    /** What became of a notice that was handed in. */
    public enum Outcome {
        /** On disk: answer 2xx. */
        COMMITTED,
        /** Committed before: answer 2xx. */
        DUPLICATE,
        /** Too many wait for their commit or for Kafka: answer 503. */
        FULL,
        /** The disk refused it, or the journal is closing: answer 503. */
        FAILED
    }

    /** Hears what became of a notice. */
    @FunctionalInterface
    public interface Callback {
        /** Called once. */
        void done(Outcome outcome);
    }

    /**
     * Consecutive entries.
     *
     * @param entries   in order; {@code sequences} has their numbers
     * @param sequences numbers of the entries
     * @param next      number after the last entry looked at
     */
    record Page(List<JournalEntry> entries, List<Long> sequences, long next) {}

    private record Pending(JournalEntry entry, Executor executor, Callback callback) {}

    private record Seen(NoticeKind kind, String bidId) {}

    private final JournalConfig config;
    private final ArrayBlockingQueue<Pending> queue;
    private final Cache<Seen, Boolean> seen;
    private final Options options;
    private final WriteOptions synced = new WriteOptions().setSync(true);
    private final WriteOptions unsynced = new WriteOptions();
    private final RocksDB database;
    private final Thread writer;
    private volatile long first;
    private volatile long next;
    private volatile boolean closing;
    private volatile @Nullable Thread waiting;

    /**
     * Opens or creates the journal and starts its writer.
     *
     * @throws IllegalStateException if the directory cannot be used; the message names it
     */
    public NoticeJournal(JournalConfig config) {
        this.config = config;
        this.queue = new ArrayBlockingQueue<>(config.queueCapacity());
        this.seen = Caffeine.newBuilder().maximumSize(config.rememberedMax()).executor(Runnable::run).build();
        this.options = new Options().setCreateIfMissing(true).setWriteBufferSize(WRITE_BUFFER_BYTES)
                .setMaxTotalWalSize(WAL_BYTES_MAX).setInfoLogLevel(InfoLogLevel.WARN_LEVEL).setKeepLogFileNum(2)
                .setMaxOpenFiles(64);
        this.database = open(config.directory(), options);
        try (RocksIterator iterator = database.newIterator()) {
            iterator.seekToFirst();
            this.first = iterator.isValid() ? sequence(iterator.key()) : 0;
            iterator.seekToLast();
            this.next = iterator.isValid() ? sequence(iterator.key()) + 1 : first;
        }
        if (size() > 0) {
            LOG.info("journal {}: {} notices of an earlier run wait for Kafka", config.directory(), size());
        }
        this.writer = Thread.ofPlatform().name("notice-journal").start(this::write);
    }

    /**
     * Hands a notice in. Never blocks.
     *
     * @param kind     a kind with a topic
     * @param bidId    the bid
     * @param event    the message to forward, serialised
     * @param executor runs the callback after a commit; where the notice is a duplicate or refused, the callback runs at
     *                 once, on the caller's thread
     */
    public void append(NoticeKind kind, String bidId, ByteString event, Executor executor, Callback callback) {
        if (seen.getIfPresent(new Seen(kind, bidId)) != null) {
            callback.done(Outcome.DUPLICATE);
        } else if (closing) {
            callback.done(Outcome.FAILED);
        } else if (size() + queue.size() >= config.entriesMax()
                || !queue.offer(new Pending(new JournalEntry(kind, bidId, event), executor, callback))) {
            callback.done(Outcome.FULL);
        }
    }

    /** Notices that are on disk and not yet in Kafka. */
    public long size() {
        return next - first;
    }

    /** Notices that wait for their commit. */
    public int queued() {
        return queue.size();
    }

    /** Takes nothing more and commits what has been handed in; what is on disk can still be forwarded. */
    public void seal() {
        closing = true;
        writer.interrupt();
        boolean interrupted = false;
        while (writer.isAlive()) {
            try {
                writer.join();
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
        for (Pending late = queue.poll(); late != null; late = queue.poll()) {
            complete(late, Outcome.FAILED);
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** {@linkplain #seal Seals} and closes. What is not in Kafka yet stays for the next start. */
    @Override
    public void close() {
        seal();
        database.close();
        synced.close();
        unsynced.close();
        options.close();
    }

    /** Number of the oldest entry. */
    long firstSequence() {
        return first;
    }

    /** At most {@code max} entries from {@code from} on, in order. Corrupt entries are left out and logged. */
    Page read(long from, int max) {
        List<JournalEntry> entries = new ArrayList<>();
        List<Long> sequences = new ArrayList<>();
        long after = from;
        try (RocksIterator iterator = database.newIterator()) {
            for (iterator.seek(key(from)); iterator.isValid() && entries.size() < max; iterator.next()) {
                long sequence = sequence(iterator.key());
                JournalEntry entry = JournalEntry.of(iterator.value());
                after = sequence + 1;
                if (entry == null) {
                    LOG.error("journal {}: entry {} is unreadable and skipped", config.directory(), sequence);
                } else {
                    entries.add(entry);
                    sequences.add(sequence);
                }
            }
        }
        return new Page(entries, sequences, after);
    }

    /** Forgets all entries up to and with {@code last}. */
    void deleteThrough(long last) {
        try {
            database.deleteRange(unsynced, key(first), key(last + 1));
            first = last + 1;
        } catch (RocksDBException e) {
            // They will be sent again: duplicates, dropped downstream.
            LOG.warn("journal {}: cannot delete forwarded notices: {}", config.directory(), e.getMessage());
        }
    }

    /** Waits until there is an entry with a number of at least {@code from}, or the time is over. */
    void awaitEntry(long from, long timeoutNs) {
        waiting = Thread.currentThread();
        if (next <= from && !closing) {
            LockSupport.parkNanos(this, timeoutNs);
        }
        waiting = null;
    }

    private void write() {
        List<Pending> batch = new ArrayList<>(config.batchMax());
        while (!closing || !queue.isEmpty()) {
            try {
                Pending head = closing ? queue.poll() : queue.poll(1, TimeUnit.SECONDS);
                if (head != null) {
                    batch.add(head);
                    queue.drainTo(batch, config.batchMax() - 1);
                    commit(batch);
                    batch.clear();
                }
            } catch (InterruptedException _) {
                // Only close() interrupts; the loop's condition has the answer.
            }
        }
    }

    private void commit(List<Pending> batch) {
        Outcome outcome = Outcome.COMMITTED;
        try (WriteBatch writes = new WriteBatch()) {
            long sequence = next;
            for (Pending pending : batch) {
                writes.put(key(sequence++), pending.entry().toBytes());
            }
            database.write(synced, writes);
            next = sequence;
        } catch (RocksDBException e) {
            outcome = Outcome.FAILED;
            LOG.error("journal {}: {} notices refused: {}", config.directory(), batch.size(), e.getMessage());
        }
        for (Pending pending : batch) {
            if (outcome == Outcome.COMMITTED) {
                seen.put(new Seen(pending.entry().kind(), pending.entry().bidId()), Boolean.TRUE);
            }
            complete(pending, outcome);
        }
        Thread forwarder = waiting;
        if (forwarder != null) {
            LockSupport.unpark(forwarder);
        }
    }

    private static void complete(Pending pending, Outcome outcome) {
        try {
            pending.executor().execute(() -> pending.callback().done(outcome));
        } catch (RuntimeException e) {
            LOG.warn("the loop that handed in a notice is gone: {}", e.toString());
        }
    }

    private static RocksDB open(Path directory, Options options) {
        try {
            Files.createDirectories(directory);
            return RocksDB.open(options, directory.toString());
        } catch (IOException e) {
            throw new UncheckedIOException("notices.journal.directory " + directory + " cannot be made", e);
        } catch (RocksDBException e) {
            throw new IllegalStateException("notices.journal.directory " + directory + " cannot be opened: "
                    + e.getMessage() + "; is another bidder using it?", e);
        }
    }

    private static byte[] key(long sequence) {
        byte[] key = new byte[Long.BYTES];
        for (int i = 0; i < Long.BYTES; i++) {
            key[i] = (byte) (sequence >>> (56 - 8 * i));
        }
        return key;
    }

    private static long sequence(byte[] key) {
        long sequence = 0;
        for (byte part : key) {
            sequence = (sequence << 8) | (part & 0xff);
        }
        return sequence;
    }
}
