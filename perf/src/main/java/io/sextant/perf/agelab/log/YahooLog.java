package io.sextant.perf.agelab.log;

import io.sextant.perf.agelab.world.Round;
import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Yahoo!'s "Front Page Today Module User Click Log, version 2.0", known as R6B: files of a day each, plain or compressed
 * with gzip, a line an event. Whoever has the agreement has the files; none comes with this project.
 *
 * <pre>
 * 1317513291 id-560620 0 |user 1 9 11 13 23 |id-552077 |id-560620
 * time in s  displayed clicked  features that are on  every article that could have been displayed
 * </pre>
 *
 * <p>
 * Lines whose displayed article is not among those that could have been are left out and counted. Threading: one thread's.
 * The caller closes it.
 */
public final class YahooLog implements RoundSource {
    /** Features of a user, numbered from 1 in the file. */
    public static final int FEATURES = 136;
    /** Most articles on a page, with room: the log has some 50 at most. */
    public static final int CANDIDATES_MAX = 128;

    private static final int GZIP_MAGIC = 0x1f8b;
    private static final long MS_PER_SECOND = 1000;

    private final List<Path> files;
    private final int articlesMax;
    private final Map<String, Integer> articles = new HashMap<>();
    private int nextFile;
    private @Nullable BufferedReader reader;
    private int line;
    private long events;
    private long firstMs = -1;
    private long dropped;

    /**
     * Nothing is read yet.
     *
     * @param files       in the order of their days
     * @param articlesMax different articles that there is room for; they are numbered in the order in which they appear
     */
    public YahooLog(List<Path> files, int articlesMax) {
        this.files = List.copyOf(files);
        this.articlesMax = articlesMax;
    }

    /** A round with room for a line. */
    public static Round newRound() {
        return new Round(FEATURES, CANDIDATES_MAX);
    }

    /** Lines that were left out. */
    public long dropped() {
        return dropped;
    }

    /** Different articles so far. */
    public int articles() {
        return articles.size();
    }

    @Override
    public boolean next(Round round) throws IOException {
        while (true) {
            if (reader == null) {
                if (nextFile == files.size()) {
                    return false;
                }
                reader = open(files.get(nextFile++));
                line = 0;
            }
            String text = reader.readLine();
            if (text == null) {
                reader.close();
                reader = null;
                continue;
            }
            line++;
            if (parse(text, round)) {
                round.number = events++;
                return true;
            }
            dropped++;
        }
    }

    private static BufferedReader open(Path file) throws IOException {
        InputStream in = new BufferedInputStream(Files.newInputStream(file));
        try {
            in.mark(2);
            boolean gzip = ((in.read() << 8) | in.read()) == GZIP_MAGIC;
            in.reset();
            return new BufferedReader(
                    new InputStreamReader(gzip ? new GZIPInputStream(in) : in, StandardCharsets.US_ASCII));
        } catch (IOException e) {
            in.close();
            throw new IOException(file + ": cannot be read (" + e.getMessage() + ")", e);
        }
    }

    /** Fills the round; false where the line says nothing about a choice. */
    private boolean parse(String text, Round round) throws IOException {
        String[] parts = text.split("\\|", -1);
        String[] head = parts[0].trim().split("\\s+", -1);
        if (head.length != 3 || parts.length < 3 || !parts[1].startsWith("user")) {
            throw malformed("is not \"TIME id-ARTICLE CLICK |user FEATURES |id-ARTICLE ...\"");
        }
        if (!head[2].equals("0") && !head[2].equals("1")) {
            throw malformed("click is " + head[2] + ", must be 0 or 1");
        }
        round.clicked = head[2].equals("1");
        long timeMs = number(head[0], "time") * MS_PER_SECOND;
        firstMs = firstMs < 0 ? timeMs : firstMs;
        round.timeMs = timeMs - firstMs;
        features(parts[1], round.request);
        round.size = 0;
        round.shown = Round.NOTHING;
        for (int part = 2; part < parts.length; part++) {
            String name = parts[part].trim().split("\\s+", -1)[0];
            if (round.size == round.candidates.length) {
                throw malformed("has more than " + round.candidates.length + " articles");
            }
            if (name.equals(head[1])) {
                round.shown = round.size;
            }
            round.candidates[round.size++] = article(name);
        }
        return round.shown != Round.NOTHING;
    }

    private void features(String text, int[] request) throws IOException {
        Arrays.fill(request, Round.MISSING);
        String[] words = text.trim().split("\\s+", -1);
        for (int i = 1; i < words.length; i++) {
            long feature = number(words[i], "feature");
            if (feature < 1 || feature > FEATURES) {
                throw malformed("has feature " + feature + ", must be 1 to " + FEATURES);
            }
            request[(int) feature - 1] = 0;
        }
    }

    private int article(String name) throws IOException {
        Integer known = articles.get(name);
        if (known != null) {
            return known;
        }
        if (articles.size() == articlesMax) {
            throw malformed("has article number " + (articlesMax + 1) + "; make room for more with --articles");
        }
        articles.put(name, articles.size());
        return articles.size() - 1;
    }

    private long number(String text, String what) throws IOException {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException _) {
            throw malformed(what + " is \"" + text + "\", must be a whole number");
        }
    }

    private IOException malformed(String problem) {
        return new IOException(files.get(nextFile - 1) + ":" + line + ": " + problem);
    }

    @Override
    public void close() throws IOException {
        if (reader != null) {
            reader.close();
            reader = null;
        }
    }
}
