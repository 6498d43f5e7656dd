package io.sextant.bidder.notice;

import io.sextant.configuration.ConfigurationException;
import io.sextant.configuration.Secret;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices: their keys, their age, their journal.
 *
 * @param keysFile     file with the keys that notices are sealed with, see {@link TokenKeys#parse}; empty for none
 * @param keys         the keys themselves, comma-separated, meant for the environment; empty for none
 * @param ephemeralKey whether to start without keys, with one that dies with the process
 * @param ageMax       notices of bids older than this are refused
 * @param bidExpiry    longest time from the auction to the impression that bids allow
 * @param journal      where notices are kept until Kafka has them
 */
public record NoticesConfig(String keysFile, @Secret String keys, boolean ephemeralKey, @NotNull Duration ageMax,
        @NotNull Duration bidExpiry, @NotNull @Valid JournalConfig journal) {
    private static final Logger LOG = LoggerFactory.getLogger(NoticesConfig.class);

    /**
     * The keys.
     *
     * @throws ConfigurationException if there are none, or they cannot be read
     */
    public TokenKeys tokenKeys() {
        if (!keys.isEmpty()) {
            return TokenKeys.parse(keys, "notices.keys");
        }
        if (!keysFile.isEmpty()) {
            try {
                return TokenKeys.parse(Files.readString(Path.of(keysFile)), keysFile);
            } catch (IOException e) {
                throw new ConfigurationException("notices.keys-file = " + keysFile + ": cannot be read: " + e);
            }
        }
        if (!ephemeralKey) {
            throw new ConfigurationException("notices.keys-file is empty: name a file with a line id:base64,"
                    + " for example 1:$(openssl rand -base64 16), or set SEXTANT_BIDDER_NOTICES_KEYS;"
                    + " notices.ephemeral-key: true starts without, for trials");
        }
        LOG.warn("notices are sealed with a key that dies with this process (notices.ephemeral-key):"
                + " no other bidder can open them, and this one cannot after a restart");
        return TokenKeys.ephemeral();
    }
}
