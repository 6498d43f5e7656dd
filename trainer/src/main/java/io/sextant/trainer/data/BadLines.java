package io.sextant.trainer.data;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Counts lines that cannot be read, describes the first of them, and stops where there are too many. */
final class BadLines {
    private static final int DESCRIBED_MAX = 20;

    private final long max;
    private final List<String> problems = new ArrayList<>();
    private long count;

    /** @param max lines that may be passed over */
    BadLines(long max) {
        this.max = max;
    }

    /**
     * Counts a line.
     *
     * @throws DataException if it is one too many
     */
    void add(Path file, long line, String problem) throws DataException {
        count++;
        String described = file + ":" + line + ": " + problem;
        if (problems.size() < DESCRIBED_MAX) {
            problems.add(described);
        }
        if (count > max) {
            throw new DataException(described + System.lineSeparator() + count
                    + " lines cannot be read; mend the file, name another --format, or raise --bad-lines-max (now "
                    + max
                    + ")" + (count > 1 ? "; the first is " + problems.getFirst() : ""));
        }
    }

    long count() {
        return count;
    }

    /** The first of them, each as file:line: problem. */
    List<String> problems() {
        return List.copyOf(problems);
    }
}
