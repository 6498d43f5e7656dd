package io.sextant.bidder.notice;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import io.sextant.protocol.event.BidFacts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import org.jspecify.annotations.Nullable;

/**
 * Seals the facts of a bid into the text that every notice URL carries, and opens them again. Nobody outside can read or
 * alter them, or use a token of one kind of notice for another.
 *
 * <p>
 * Threading: one instance per event loop; it owns its ciphers and buffers.
 */
public final class SealedToken {
    /*
     * A token is the sealed facts, a dot, and the proof of its kind; the facts are sealed once for all notices of a bid.
     * Sealed facts before base64url: version (1 byte), key id (1), nonce (12), AES-128-GCM ciphertext and tag (16), with
     * version and key id as associated data. The proofs of all kinds are disjoint parts, 12 bytes each, of one HMAC-SHA-512 over
     * version, key id, nonce and tag, under a key of its own (HKDF from the fleet's): who has seen the proof of one kind
     * knows nothing of the others.
     *
     * A nonce must never repeat under a key, in the whole fleet. It is built as NIST SP 800-38D, 8.2.1 says: a fixed field of
     * 64 random bits, drawn by each instance, and a 32-bit invocation counter; when the counter runs out, the instance draws
     * a new fixed field. Two bids share a nonce only if two fixed fields meet, which for a million of them (2^52 bids)
     * has a chance of about 3e-8. Purely random 96-bit nonces would have to be given up after 2^32 bids, a few days' worth.
     */
    private static final byte VERSION = 2;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BYTES = 16;
    private static final int HEADER_BYTES = 2 + NONCE_BYTES;
    private static final int TOKEN_CHARS_MAX = 2048;
    /** Clocks of two bidders may differ by this much. */
    private static final long SKEW_MS = 60_000;

    private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();
    private static final Base64.Decoder DECODER = Base64.getUrlDecoder();

    /**
     * A token, looked into.
     *
     * @param status what became of it
     * @param bid    the facts, only when opened
     */
    public record Opened(TokenStatus status, @Nullable BidFacts bid) {}

    private static final Opened MISSING = new Opened(TokenStatus.MISSING, null);
    private static final Opened MALFORMED = new Opened(TokenStatus.MALFORMED, null);
    private static final Opened UNKNOWN_KEY = new Opened(TokenStatus.UNKNOWN_KEY, null);
    private static final Opened REJECTED = new Opened(TokenStatus.REJECTED, null);
    private static final Opened EXPIRED = new Opened(TokenStatus.EXPIRED, null);

    private final TokenKeys keys;
    private final long ageMaxMs;
    private final SecureRandom random = new SecureRandom();
    private final Cipher cipher;
    private final Mac mac;
    private final byte[] proofs;
    private byte[] plain = new byte[512];
    private byte[] text = new byte[1024];
    /** Id of the key that {@code mac} has; -1 for none yet. */
    private int macKeyId = -1;
    private long nonceFixed;
    private int nonceCounter;

    /**
     * Prepares a cipher.
     *
     * @param keys   the fleet's keys
     * @param ageMax tokens of bids older than this do not open
     */
    public SealedToken(TokenKeys keys, Duration ageMax) {
        this.keys = keys;
        this.ageMaxMs = ageMax.toMillis();
        this.nonceFixed = random.nextLong();
        this.mac = mac();
        this.proofs = new byte[mac.getMacLength()];
        try {
            this.cipher = Cipher.getInstance("AES/GCM/NoPadding");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no AES-GCM", e);
        }
    }

    /** Seals the facts of a bid for its notices. */
    public Seal seal(BidFacts bid) {
        int plainBytes = bid.getSerializedSize();
        if (plain.length < plainBytes) {
            plain = new byte[plainBytes];
        }
        byte[] sealed = new byte[HEADER_BYTES + plainBytes + TAG_BYTES];
        int keyId = keys.currentId();
        TokenKeys.Pair key = keys.pair(keyId);
        if (key == null) {
            throw new IllegalStateException("no key with the current id");
        }
        sealed[0] = VERSION;
        sealed[1] = (byte) keyId;
        nextNonce(sealed);
        try {
            bid.writeTo(CodedOutputStream.newInstance(plain, 0, plainBytes));
            start(Cipher.ENCRYPT_MODE, key, sealed);
            cipher.doFinal(plain, 0, plainBytes, sealed, HEADER_BYTES);
            prove(keyId, key, sealed);
        } catch (IOException e) {
            throw new UncheckedIOException("facts larger than they said", e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("sealing failed", e);
        }
        return new Seal(encode(sealed), encode(Arrays.copyOf(proofs, NoticeKind.COUNT * Seal.PROOF_BYTES)));
    }

    private String encode(byte[] bytes) {
        int chars = (4 * bytes.length + 2) / 3;
        if (text.length < chars) {
            text = new byte[2 * chars];
        }
        return new String(text, 0, ENCODER.encode(bytes, text), StandardCharsets.ISO_8859_1);
    }

    /**
     * Opens a token.
     *
     * @param kind  the kind of notice it came with
     * @param token the text, as it came
     * @param nowMs the time of the notice
     * @return never throws for a bad token; says what was wrong with it
     */
    public Opened open(NoticeKind kind, @Nullable String token, long nowMs) {
        if (token == null || token.isEmpty()) {
            return MISSING;
        }
        if (token.length() > TOKEN_CHARS_MAX) {
            return MALFORMED;
        }
        int dot = token.length() - 1 - Seal.PROOF_CHARS;
        if (dot < 0 || token.charAt(dot) != Seal.DOT) {
            return MALFORMED;
        }
        byte[] bytes = decode(token.substring(0, dot));
        byte[] proof = decode(token.substring(dot + 1));
        if (bytes.length < HEADER_BYTES + TAG_BYTES || bytes[0] != VERSION || proof.length != Seal.PROOF_BYTES) {
            return MALFORMED;
        }
        int keyId = bytes[1] & 0xff;
        TokenKeys.Pair key = keys.pair(keyId);
        if (key == null) {
            return UNKNOWN_KEY;
        }
        try {
            prove(keyId, key, bytes);
            int at = kind.proofNumber() * Seal.PROOF_BYTES;
            if (!MessageDigest.isEqual(proof, Arrays.copyOfRange(proofs, at, at + Seal.PROOF_BYTES))) {
                return REJECTED;
            }
            start(Cipher.DECRYPT_MODE, key, bytes);
            BidFacts bid = BidFacts.parseFrom(cipher.doFinal(bytes, HEADER_BYTES, bytes.length - HEADER_BYTES));
            long ageMs = nowMs - bid.getBidTimeMs();
            return ageMs > ageMaxMs || ageMs < -SKEW_MS ? EXPIRED : new Opened(TokenStatus.OPENED, bid);
        } catch (AEADBadTagException | InvalidProtocolBufferException _) {
            return REJECTED;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("opening failed", e);
        }
    }

    private void start(int mode, TokenKeys.Pair key, byte[] sealed) throws GeneralSecurityException {
        cipher.init(mode, key.sealing(), new GCMParameterSpec(8 * TAG_BYTES, sealed, 2, NONCE_BYTES));
        cipher.updateAAD(sealed, 0, 2);
    }

    /** The proofs of all kinds, to {@code proofs}. */
    private void prove(int keyId, TokenKeys.Pair key, byte[] sealed) throws GeneralSecurityException {
        if (macKeyId != keyId) {
            macKeyId = -1;
            mac.init(key.proving());
            macKeyId = keyId;
        }
        mac.update(sealed, 0, HEADER_BYTES);
        mac.update(sealed, sealed.length - TAG_BYTES, TAG_BYTES);
        mac.doFinal(proofs, 0);
    }

    private static Mac mac() {
        try {
            return Mac.getInstance(TokenKeys.PROVING);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no " + TokenKeys.PROVING, e);
        }
    }

    private void nextNonce(byte[] sealed) {
        if (nonceCounter == -1) {
            nonceFixed = random.nextLong();
        }
        nonceCounter++;
        for (int i = 0; i < Long.BYTES; i++) {
            sealed[2 + i] = (byte) (nonceFixed >>> (8 * i));
        }
        for (int i = 0; i < Integer.BYTES; i++) {
            sealed[2 + Long.BYTES + i] = (byte) (nonceCounter >>> (8 * i));
        }
    }

    /** The bytes, or none where the text is not base64url exactly as we write it. */
    private static byte[] decode(String token) {
        byte[] text = token.getBytes(StandardCharsets.ISO_8859_1);
        for (byte c : text) {
            if (!((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_')) {
                return new byte[0];
            }
        }
        if (text.length % 4 == 1) {
            return new byte[0];
        }
        byte[] bytes = DECODER.decode(text);
        // The last character may have bits to spare; only the text that we would write ourselves is ours.
        return ENCODER.encodeToString(bytes).equals(token) ? bytes : new byte[0];
    }
}
