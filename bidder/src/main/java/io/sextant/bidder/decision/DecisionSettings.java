package io.sextant.bidder.decision;

import io.sextant.configuration.ConfigurationLoader;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

/**
 * The part of the bidder's settings that decisions depend on, as a settings file. Cold.
 *
 * @param id   head of the text's SHA-256; bidders that decide alike have the same
 * @param text YAML, good for {@code --config}
 */
public record DecisionSettings(String id, String text) {
    /** Whole groups, so that a new key of theirs counts until somebody says that it does not. */
    private static final List<String> GROUPS = List.of("models", "campaigns", "experiment", "bidding", "exploration",
            "pricing", "default-exchange", "exchanges");
    /** Where things lie differs from machine to machine and decides nothing; what lies there is kept beside the decisions. */
    private static final Set<String> WITHOUT = Set.of("models.dir", "models.bootstrap-version", "campaigns.file",
            "campaigns.poll-interval", "pricing.rates-file", "pricing.rates-poll-interval");
    private static final int ID_LENGTH = 16;

    /** The decisive part of a bidder's settings. */
    public static DecisionSettings of(Record bidderConfig) {
        return of(ConfigurationLoader.write(bidderConfig, GROUPS, WITHOUT));
    }

    /** Settings that have been kept. */
    public static DecisionSettings of(String text) {
        try {
            byte[] sum = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return new DecisionSettings(HexFormat.of().formatHex(sum).substring(0, ID_LENGTH), text);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
