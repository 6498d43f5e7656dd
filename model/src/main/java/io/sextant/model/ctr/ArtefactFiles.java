package io.sextant.model.ctr;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.UUID;
import java.util.stream.Stream;

/** Directories that are there whole or not at all, and their sums. Cold. */
public final class ArtefactFiles {
    private ArtefactFiles() {}

    /** Fills a directory that nobody sees yet. */
    interface Content {
        void write(Path directory) throws IOException;
    }

    /**
     * Writes a directory beside its place, forces it to the disk and renames it. One that lies there already is replaced,
     * unless its sum is the same.
     *
     * @param sum how to sum such a directory up
     */
    static void replace(Path target, Content content, Sum sum) throws IOException {
        Path parent = Files.createDirectories(target.toAbsolutePath().getParent());
        Path temporary = Files.createDirectory(sibling(target));
        try {
            content.write(temporary);
            force(temporary);
            if (!Files.exists(target) || !sum.of(temporary).equals(sum.of(target))) {
                move(temporary, target);
            }
            force(parent);
        } finally {
            deleteTree(temporary);
        }
    }

    /** Sums a directory up. */
    interface Sum {
        String of(Path directory) throws IOException;
    }

    /** A hidden name beside {@code target} that nobody else uses. */
    private static Path sibling(Path target) {
        return target.resolveSibling("." + target.getFileName() + "-" + UUID.randomUUID());
    }

    private static void move(Path temporary, Path target) throws IOException {
        if (!Files.exists(target)) {
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
            return;
        }
        // A directory cannot be renamed over another: the old one steps aside first. Whoever reads in between finds
        // nothing and tries again; whoever knows the old sum refuses the new one.
        Path old = Files.createDirectory(sibling(target));
        try {
            Files.move(target, old.resolve("replaced"), StandardCopyOption.ATOMIC_MOVE);
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            deleteTree(old);
        }
    }

    static void writeForced(Path file, byte[] bytes) throws IOException {
        Files.write(file, bytes, StandardOpenOption.CREATE_NEW);
        force(file);
    }

    /** Forces a file, or the names in a directory, to the disk. */
    private static void force(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** Deletes a directory and all in it; what is not there, or goes meanwhile, is no mistake. */
    public static void deleteTree(Path root) throws IOException {
        if (!Files.exists(root)) {
            return;
        }
        try (Stream<Path> paths = Files.walk(root)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    static MessageDigest newDigest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    static MessageDigest digest(Path file, MessageDigest digest) throws IOException {
        try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
            byte[] chunk = new byte[1 << 16];
            while (in.read(chunk) >= 0) {
                // Reading is what feeds the digest.
            }
            return digest;
        } catch (NoSuchFileException e) {
            throw new ModelArtefactException(file + ": the file is missing", e);
        }
    }

    /** SHA-256 over the bytes of some files, one after the other, in hex. */
    static String sum(Path... files) throws IOException {
        MessageDigest digest = newDigest();
        for (Path file : files) {
            digest(file, digest);
        }
        return hex(digest);
    }

    static String hex(MessageDigest digest) {
        return HexFormat.of().formatHex(digest.digest());
    }
}
