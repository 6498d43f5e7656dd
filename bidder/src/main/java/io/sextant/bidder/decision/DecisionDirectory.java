package io.sextant.bidder.decision;

import io.sextant.protocol.event.BidEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where everything lies in a directory of decisions, see the package. Immutable.
 *
 * @param root the directory
 */
public record DecisionDirectory(Path root) {
    private static final String SEGMENT_SUFFIX = ".pb.gz";
    private static final DateTimeFormatter SEGMENT_TIME = DateTimeFormatter
            .ofPattern("uuuuMMdd'T'HHmmss.SSS'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final int SUM_HEAD = 12;

    /** Where segments lie. */
    Path bids() {
        return root.resolve("bids");
    }

    /** The segment whose first decision is of this time. */
    Path segment(long startMs) {
        return bids().resolve(SEGMENT_TIME.format(Instant.ofEpochMilli(startMs)) + SEGMENT_SUFFIX);
    }

    /** Time of a segment's first decision, milliseconds since the epoch; null for a file that is no segment. */
    static @Nullable Long startMs(Path segment) {
        String name = segment.getFileName().toString();
        if (!name.endsWith(SEGMENT_SUFFIX)) {
            return null;
        }
        try {
            return LocalDateTime
                    .parse(name.substring(0, name.length() - SEGMENT_SUFFIX.length()), SEGMENT_TIME)
                    .toInstant(ZoneOffset.UTC).toEpochMilli();
        } catch (DateTimeException _) {
            return null;
        }
    }

    /**
     * All segments, the oldest first.
     *
     * @throws IOException if the directory cannot be listed
     */
    public List<Path> segments() throws IOException {
        try (Stream<Path> files = Files.list(bids())) {
            return files.filter(file -> startMs(file) != null).sorted().toList();
        } catch (NoSuchFileException _) {
            return List.of();
        }
    }

    /** The catalogue that a decision was made with. */
    public Path catalogue(BidEvent event) {
        return catalogues().resolve(event.getCatalogueSha256() + ".yaml");
    }

    /** The settings that a decision was made with. */
    public Path settings(BidEvent event) {
        return settings(event.getSettingsId());
    }

    Path settings(String id) {
        return settings().resolve(id + ".yaml");
    }

    /** The snapshot that the arm's modifier table was made from. */
    public Path snapshot(BidEvent event) {
        return snapshots().resolve(event.getBid().getArm() + "-" + event.getTableVersion() + "-"
                + hex(event.getTableFingerprint()) + ".pb");
    }

    /** The artefact that the arm bid with; good only if there was one. */
    public Path model(BidEvent event) {
        return model(event.getBid().getArm(), event.getBid().getModelVersion(), event.getModelSha256());
    }

    Path model(String arm, long version, String sha256) {
        return models().resolve(arm).resolve(String.format(Locale.ROOT, "%010d-%s", version,
                sha256.substring(0, Math.min(SUM_HEAD, sha256.length()))));
    }

    Path catalogues() {
        return root.resolve("catalogues");
    }

    Path settings() {
        return root.resolve("settings");
    }

    Path snapshots() {
        return root.resolve("snapshots");
    }

    Path models() {
        return root.resolve("models");
    }

    private static String hex(long fingerprint) {
        return HexFormat.of().toHexDigits(fingerprint);
    }
}
