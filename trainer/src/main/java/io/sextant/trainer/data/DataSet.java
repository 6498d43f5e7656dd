package io.sextant.trainer.data;

import io.sextant.model.feature.FeatureSchema;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Labelled impressions in memory, oldest first, encoded for one schema. Immutable; safe for any thread.
 */
public final class DataSet {
    private static final int CHUNK_ROWS = 1 << 14;

    private final FeatureSchema schema;
    private final List<Chunk> chunks;
    private final int[] order;
    private final List<String> exchanges;
    private final long badLines;
    private final List<String> problems;

    private DataSet(Builder builder, int[] order) {
        this.schema = builder.schema;
        this.chunks = builder.chunks;
        this.order = order;
        this.exchanges = List.copyOf(builder.exchanges.keySet());
        this.badLines = builder.badLines.count();
        this.problems = builder.badLines.problems();
    }

    /** Impressions next to each other in the order they were read. */
    private static final class Chunk {
        private final int[] features;
        private final long[] timesMs = new long[CHUNK_ROWS];
        private final long[] keys = new long[CHUNK_ROWS];
        private final int[] exchanges = new int[CHUNK_ROWS];
        private final boolean[] clicks = new boolean[CHUNK_ROWS];

        Chunk(int fields) {
            this.features = new int[CHUNK_ROWS * fields];
        }
    }

    /** Whose table rows the features are. */
    public FeatureSchema schema() {
        return schema;
    }

    /** Number of impressions. */
    public int size() {
        return order.length;
    }

    /** Copies an impression's table rows, one a field, to {@code out} from {@code at} on. */
    public void features(int row, int[] out, int at) {
        int fields = schema.size();
        System.arraycopy(chunk(row).features, place(row) * fields, out, at, fields);
    }

    /** Whether the impression was clicked. */
    public boolean click(int row) {
        return chunk(row).clicks[place(row)];
    }

    /** When it was, in milliseconds since the epoch; 0 where the files tell no time. */
    public long timeMs(int row) {
        return chunk(row).timesMs[place(row)];
    }

    /** Number of its exchange in {@link #exchanges}. */
    public int exchange(int row) {
        return chunk(row).exchanges[place(row)];
    }

    /** Names of exchanges; an empty name where the files tell none. */
    public List<String> exchanges() {
        return exchanges;
    }

    /** Clicks from row {@code from} on to before row {@code to}. */
    public long clicks(int from, int to) {
        return IntStream.range(from, to).filter(this::click).count();
    }

    /** Lines that could not be read and were passed over. */
    public long badLines() {
        return badLines;
    }

    /** The first of them, each as file:line: problem. */
    public List<String> problems() {
        return problems;
    }

    private Chunk chunk(int row) {
        return chunks.get(order[row] / CHUNK_ROWS);
    }

    private int place(int row) {
        return order[row] % CHUNK_ROWS;
    }

    /** Takes impressions one by one. Not thread-safe. */
    static final class Builder {
        /** Share of the heap that impressions may take; a net and its gradients need the rest. */
        private static final double HEAP_SHARE = 0.6;
        private static final int MEGABYTE = 1 << 20;

        private final FeatureSchema schema;
        private final BadLines badLines;
        private final long chunksMax;
        private final List<Chunk> chunks = new ArrayList<>();
        private final Map<String, Integer> exchanges = new LinkedHashMap<>();
        private final Map<Long, Integer> takenBack = new HashMap<>();
        private int size;
        private boolean sorted = true;
        private long latestMs = Long.MIN_VALUE;

        Builder(FeatureSchema schema, BadLines badLines) {
            this.schema = schema;
            this.badLines = badLines;
            long chunkBytes = (long) CHUNK_ROWS * (schema.size() * Integer.BYTES + 2 * Long.BYTES + Integer.BYTES + 1);
            this.chunksMax = Math.max(1, (long) (HEAP_SHARE * Runtime.getRuntime().maxMemory() / chunkBytes));
        }

        int size() {
            return size;
        }

        /**
         * Adds an impression.
         *
         * @param features [fields] table rows; copied
         * @param key      hash of its bid id; looked at only if labels are taken back
         * @throws DataException if memory would not hold it
         */
        void add(int[] features, boolean click, long timeMs, String exchange, long key) throws DataException {
            int at = size % CHUNK_ROWS;
            if (at == 0) {
                if (chunks.size() >= chunksMax) {
                    throw new DataException(size + " impressions fill the "
                            + Runtime.getRuntime().maxMemory() / MEGABYTE
                            + " MB that this JVM may use; give it more with SEXTANT_JAVA_OPTS=-Xmx8g, or take fewer with"
                            + " --limit");
                }
                chunks.add(new Chunk(schema.size()));
            }
            Chunk chunk = chunks.getLast();
            System.arraycopy(features, 0, chunk.features, at * schema.size(), schema.size());
            chunk.clicks[at] = click;
            chunk.timesMs[at] = timeMs;
            chunk.keys[at] = key;
            chunk.exchanges[at] = exchanges.computeIfAbsent(exchange, _ -> exchanges.size());
            sorted &= timeMs >= latestMs;
            latestMs = Math.max(latestMs, timeMs);
            size++;
        }

        /** Takes an impression's earlier label back: the one added before with the same key and label counts no more. */
        void takeBack(boolean click, long key) {
            takenBack.merge(signed(key, click), 1, Integer::sum);
        }

        private static long signed(long key, boolean click) {
            return click ? key : ~key;
        }

        /** The whole, oldest first; impressions of the same time stay in the order of the files. */
        DataSet build() {
            int[] kept = IntStream.range(0, size).filter(this::counts).toArray();
            if (!sorted) {
                kept = IntStream.of(kept).boxed()
                        .sorted((a, b) -> Long.compare(chunks.get(a / CHUNK_ROWS).timesMs[a % CHUNK_ROWS],
                                chunks.get(b / CHUNK_ROWS).timesMs[b % CHUNK_ROWS]))
                        .mapToInt(Integer::intValue).toArray();
            }
            return new DataSet(this, kept);
        }

        private boolean counts(int row) {
            if (takenBack.isEmpty()) {
                return true;
            }
            Chunk chunk = chunks.get(row / CHUNK_ROWS);
            int at = row % CHUNK_ROWS;
            long label = signed(chunk.keys[at], chunk.clicks[at]);
            int open = takenBack.getOrDefault(label, 0);
            if (open > 0) {
                takenBack.put(label, open - 1);
            }
            return open == 0;
        }
    }
}
