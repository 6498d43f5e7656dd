package io.sextant.perf.agelab.log;

import io.sextant.perf.agelab.world.Round;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;

/**
 * The ratings of coats (Schnabel and others 2016): what users chose to rate themselves, and sixteen coats drawn at random for
 * each, all rated. Files {@code train.ascii}, {@code test.ascii} (compressed or not), {@code user_features.ascii} and
 * {@code item_features.ascii}. Immutable and thread-safe.
 *
 * @param users    features of each user: its own number, then values from 0 or {@link Round#MISSING}
 * @param items    features of each coat, as of users, without its number
 * @param chosen   what users rated of their own choice
 * @param drawn    what was drawn for them
 * @param userMaxs values of each field of the user
 */
public record CoatRatings(List<int[]> users, List<int[]> items, List<Rating> chosen, List<List<Rating>> drawn,
        List<Integer> userMaxs) {
    private static final int GZIP_MAGIC = 0x1f8b;
    /** A rating from here on is a coat that the user likes. */
    private static final int LIKED_FROM = 4;
    private static final int RATING_MAX = 5;

    /**
     * A rating.
     *
     * @param user  number
     * @param item  number
     * @param liked whether it is 4 or 5
     */
    public record Rating(int user, int item, boolean liked) {}

    /**
     * Reads the folder.
     *
     * @throws IOException naming file, line and what would be right
     */
    public static CoatRatings read(Path folder) throws IOException {
        Path userFile = find(folder, "user_features.ascii");
        Path itemFile = find(folder, "item_features.ascii");
        List<int[]> users = new ArrayList<>();
        for (int[] features : table(userFile, 1)) {
            int[] user = new int[1 + features.length];
            user[0] = users.size();
            for (int i = 0; i < features.length; i++) {
                user[1 + i] = features[i] == 1 ? 0 : Round.MISSING;
            }
            users.add(user);
        }
        List<int[]> items = new ArrayList<>();
        for (int[] features : table(itemFile, 1)) {
            int[] item = new int[features.length];
            for (int i = 0; i < features.length; i++) {
                item[i] = features[i] == 1 ? 0 : Round.MISSING;
            }
            items.add(item);
        }
        List<Rating> chosen = new ArrayList<>();
        ratings(find(folder, "train.ascii"), users.size(), items.size()).forEach(chosen::addAll);
        List<Integer> maxs = new ArrayList<>(List.of(users.size()));
        for (int i = 1; i < users.getFirst().length; i++) {
            maxs.add(1);
        }
        return new CoatRatings(List.copyOf(users), List.copyOf(items), List.copyOf(chosen),
                ratings(find(folder, "test.ascii"), users.size(), items.size()), List.copyOf(maxs));
    }

    private static Path find(Path folder, String name) throws IOException {
        for (String ending : List.of("", ".gz")) {
            Path file = folder.resolve(name + ending);
            if (Files.exists(file)) {
                return file;
            }
        }
        throw new IOException(folder + ": there is no " + name + " or " + name + ".gz in it");
    }

    private static List<List<Rating>> ratings(Path file, int users, int items) throws IOException {
        List<int[]> rows = table(file, RATING_MAX);
        if (rows.size() != users || rows.getFirst().length != items) {
            throw new IOException(file + ": has " + rows.size() + " lines of " + rows.getFirst().length
                    + " ratings, must have one for each of " + users + " users and " + items + " items");
        }
        List<List<Rating>> all = new ArrayList<>();
        for (int user = 0; user < users; user++) {
            List<Rating> own = new ArrayList<>();
            for (int item = 0; item < items; item++) {
                if (rows.get(user)[item] > 0) {
                    own.add(new Rating(user, item, rows.get(user)[item] >= LIKED_FROM));
                }
            }
            all.add(List.copyOf(own));
        }
        return List.copyOf(all);
    }

    private static List<int[]> table(Path file, int max) throws IOException {
        List<int[]> rows = new ArrayList<>();
        int number = 0;
        for (String line : text(file).split("\n", -1)) {
            number++;
            if (line.isBlank()) {
                continue;
            }
            String[] words = line.trim().split("\\s+", -1);
            int[] row = new int[words.length];
            for (int i = 0; i < words.length; i++) {
                if (words[i].length() != 1 || words[i].charAt(0) < '0' || words[i].charAt(0) > '0' + max) {
                    throw new IOException(file + ":" + number + ": column " + (i + 1) + " is \"" + words[i]
                            + "\", must be a whole number from 0 to " + max);
                }
                row[i] = words[i].charAt(0) - '0';
            }
            if (!rows.isEmpty() && rows.getFirst().length != row.length) {
                throw new IOException(file + ":" + number + ": has " + row.length + " columns, the lines before have "
                        + rows.getFirst().length);
            }
            rows.add(row);
        }
        if (rows.isEmpty()) {
            throw new IOException(file + ": is empty");
        }
        return rows;
    }

    private static String text(Path file) throws IOException {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
            in.mark(2);
            boolean gzip = ((in.read() << 8) | in.read()) == GZIP_MAGIC;
            in.reset();
            try (InputStream plain = gzip ? new GZIPInputStream(in) : in) {
                return new String(plain.readAllBytes(), StandardCharsets.US_ASCII);
            }
        }
    }
}
