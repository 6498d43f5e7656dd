package io.sextant.bidder.notice;

import io.sextant.configuration.ConfigurationException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.crypto.KDF;
import javax.crypto.SecretKey;
import javax.crypto.spec.HKDFParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * The keys that notices are sealed with. The first seals; all open. To rotate, put a new key in front on every bidder,
 * and take the old one out when the longest notice age has passed. Immutable and thread-safe.
 */
public final class TokenKeys {
    private static final int KEY_BYTES = 16;
    private static final int IDS = 256;

    /** How proofs are made. */
    static final String PROVING = "HmacSHA512";
    private static final byte[] PROVING_INFO = "sextant notice kind".getBytes(StandardCharsets.US_ASCII);
    private static final int PROVING_BYTES = 32;

    /**
     * What one of the fleet's keys is used as.
     *
     * @param sealing itself, which facts are encrypted with
     * @param proving made from it, which proves a token's kind
     */
    record Pair(SecretKey sealing, SecretKey proving) {
        static Pair of(byte[] key) {
            try {
                return new Pair(new SecretKeySpec(key, "AES"), KDF.getInstance("HKDF-SHA256").deriveKey(PROVING,
                        HKDFParameterSpec.ofExtract().addIKM(key).thenExpand(PROVING_INFO, PROVING_BYTES)));
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("this JDK has no HKDF", e);
            }
        }
    }

    private final int currentId;
    private final @Nullable Pair[] keys;

    private TokenKeys(int currentId, @Nullable Pair[] keys) {
        this.currentId = currentId;
        this.keys = keys;
    }

    /**
     * Reads keys written as {@code id:base64}, separated by commas or line ends; lines starting with {@code #} are
     * comments. An id is 0 to 255; a key has 16 bytes ({@code openssl rand -base64 16} makes one).
     *
     * @param text   the keys
     * @param source where they come from, for messages; keys themselves are never in a message
     * @throws ConfigurationException if there is none, or one is malformed or appears twice
     */
    public static TokenKeys parse(String text, String source) {
        @Nullable
        Pair[] keys = new Pair[IDS];
        List<Integer> ids = new ArrayList<>();
        for (String entry : text.lines().filter(line -> !line.startsWith("#"))
                .flatMap(line -> List.of(line.split(",", -1)).stream()).map(String::strip)
                .filter(part -> !part.isEmpty()).toList()) {
            int colon = entry.indexOf(':');
            int id = id(entry, colon);
            byte[] key = key(entry, colon);
            if (id < 0 || key.length != KEY_BYTES) {
                throw new ConfigurationException(source + ": entry " + (ids.size() + 1)
                        + " is not a notice key; write id:base64 with an id of 0 to 255 and 16 bytes,"
                        + " made for example by `openssl rand -base64 16`");
            }
            if (keys[id] != null) {
                throw new ConfigurationException(
                        source + ": notice key id " + id + " appears twice; give each key its own");
            }
            keys[id] = Pair.of(key);
            ids.add(id);
        }
        if (ids.isEmpty()) {
            throw new ConfigurationException(source + ": holds no notice key; write at least one as id:base64");
        }
        return new TokenKeys(ids.getFirst(), keys);
    }

    /** One random key that dies with the process: notices of an earlier run will not open. */
    public static TokenKeys ephemeral() {
        byte[] key = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(key);
        @Nullable
        Pair[] keys = new Pair[IDS];
        keys[0] = Pair.of(key);
        return new TokenKeys(0, keys);
    }

    /** Id of the key that seals. */
    int currentId() {
        return currentId;
    }

    /** The key with this id, or null. */
    @Nullable
    Pair pair(int id) {
        return keys[id];
    }

    private static int id(String entry, int colon) {
        if (colon < 1 || colon > 3) {
            return -1;
        }
        int id = 0;
        for (int i = 0; i < colon; i++) {
            int digit = Character.digit(entry.charAt(i), 10);
            if (digit < 0) {
                return -1;
            }
            id = id * 10 + digit;
        }
        return id < IDS ? id : -1;
    }

    private static byte[] key(String entry, int colon) {
        try {
            return colon < 0 ? new byte[0] : Base64.getDecoder().decode(entry.substring(colon + 1).strip());
        } catch (IllegalArgumentException _) {
            return new byte[0];
        }
    }
}
