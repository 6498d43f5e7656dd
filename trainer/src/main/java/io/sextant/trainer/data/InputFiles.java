package io.sextant.trainer.data;

import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/**
 * The files that a command was given, directories replaced by what lies in them. Plain files and gzip are told apart by their
 * first bytes.
 *
 * @param files  in the order given; of a directory by name
 * @param format of all of them
 */
public record InputFiles(List<Path> files, DataFormat format) {
    private static final int GZIP_MAGIC = 0x1f8b;
    private static final int BEGINNING_BYTES = 8_192;
    private static final int BUFFER_BYTES = 1 << 16;
    private static final int MEGABYTE = 1 << 20;

    public InputFiles {
        files = List.copyOf(files);
    }

    /**
     * Looks the files up.
     *
     * @param given  files and directories; of a directory every file that is not hidden is taken
     * @param wished format that they are said to have; empty to guess it
     * @throws DataException if a path does not exist, there is no file, or the format cannot be told
     * @throws IOException   if a file cannot be read
     */
    public static InputFiles of(List<Path> given, Optional<DataFormat> wished) throws DataException, IOException {
        List<Path> files = new ArrayList<>();
        for (Path path : given) {
            if (!Files.isReadable(path)) {
                throw new DataException(path + ": there is no such file or directory, or it may not be read");
            }
            if (Files.isDirectory(path)) {
                try (Stream<Path> entries = Files.list(path)) {
                    files.addAll(entries.filter(Files::isRegularFile)
                            .filter(file -> !file.getFileName().toString().startsWith(".")).sorted().toList());
                }
            } else {
                files.add(path);
            }
        }
        if (files.isEmpty()) {
            throw new DataException(given + ": there is no file in it");
        }
        return new InputFiles(files, wished.isPresent() ? wished.get() : guess(files));
    }

    private static DataFormat guess(List<Path> files) throws DataException, IOException {
        Path first = files.getFirst();
        DataFormat found = guess(first);
        for (Path file : files) {
            DataFormat other = guess(file);
            if (other != found) {
                throw new DataException(file + ": looks like " + other + ", but " + first + " like " + found
                        + "; give files of one format, or name it with --format");
            }
        }
        return found;
    }

    private static DataFormat guess(Path file) throws DataException, IOException {
        try (InputStream in = unzipped(Files.newInputStream(file))) {
            return DataFormat.of(in.readNBytes(BEGINNING_BYTES)).orElseThrow(() -> new DataException(
                    file + ":1: looks like none of " + List.of(DataFormat.values()) + "; name it with --format"));
        }
    }

    /** Undoes gzip where the stream begins like it. */
    static InputStream unzipped(InputStream raw) throws IOException {
        InputStream in = new BufferedInputStream(raw, BUFFER_BYTES);
        in.mark(2);
        boolean gzip = ((in.read() << 8) | in.read()) == GZIP_MAGIC;
        in.reset();
        return gzip ? new BufferedInputStream(new GZIPInputStream(in, BUFFER_BYTES), BUFFER_BYTES) : in;
    }

    /** Opens a file as it lies on disk, with a progress bar over its bytes that ends when the stream is closed. */
    static InputStream watched(Path file, String task) throws IOException {
        return ProgressBar.wrap(Files.newInputStream(file), new ProgressBarBuilder()
                .setTaskName(task + " " + file.getFileName()).setInitialMax(Files.size(file))
                .setStyle(ProgressBarStyle.ASCII).setUnit(" MB", MEGABYTE));
    }

    /** Opens a text file, unzipped, with a progress bar. */
    static BufferedReader text(Path file, String task) throws IOException {
        return new BufferedReader(
                new InputStreamReader(unzipped(watched(file, task)), StandardCharsets.UTF_8), BUFFER_BYTES);
    }
}
