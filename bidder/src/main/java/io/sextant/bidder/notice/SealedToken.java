package io.sextant.bidder.notice;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import io.sextant.protocol.event.BidFacts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import org.jspecify.annotations.Nullable;

/**
 * Seals the facts of a bid into the text that every notice URL carries, and opens them again. Nobody outside can read or
 * alter them, or use a token of one kind of notice for another.
 *
 * <p>
 * Threading: one instance per event loop; it owns its cipher and buffers.
 */
public final class SealedToken {
    /*
     * Layout before base64url: version (1 byte), key id (1), nonce (12), AES-128-GCM ciphertext and tag (16). Associated
     * data: version, key id, kind.
     *
     * A nonce must never repeat under a key, in the whole fleet. It is built as NIST SP 800-38D, 8.2.1 says: a fixed field of
     * 64 random bits, drawn by each instance, and a 32-bit invocation counter; when the counter runs out, the instance draws
     * a new fixed field. Two tokens share a nonce only if two fixed fields meet, which for a million of them (2^52 tokens)
     * has a chance of about 3e-8. Purely random 96-bit nonces would have to be given up after 2^32 tokens, less than a
     * day's worth.
     */
    private static final byte VERSION = 1;
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
    private final byte[] associated = {VERSION, 0, 0};
    private byte[] plain = new byte[512];
    /** As long as the last token: those of one bid are of one length. */
    private byte[] sealed = {};
    private byte[] text = new byte[1024];
    /** Whose bytes are in {@code plain}: the five tokens of a bid seal the same facts. */
    private @Nullable BidFacts written;
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
        try {
            this.cipher = Cipher.getInstance("AES/GCM/NoPadding");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no AES-GCM", e);
        }
    }

    /** Seals facts for one kind of notice. */
    public String seal(NoticeKind kind, BidFacts bid) {
        int plainBytes = bid.getSerializedSize();
        int sealedBytes = HEADER_BYTES + plainBytes + TAG_BYTES;
        if (sealed.length != sealedBytes) {
            sealed = new byte[sealedBytes];
        }
        SecretKey key = keys.key(keys.currentId());
        if (key == null) {
            throw new IllegalStateException("no key with the current id");
        }
        sealed[0] = VERSION;
        sealed[1] = (byte) keys.currentId();
        nextNonce();
        try {
            write(bid, plainBytes);
            start(Cipher.ENCRYPT_MODE, key, sealed, kind);
            cipher.doFinal(plain, 0, plainBytes, sealed, HEADER_BYTES);
        } catch (IOException e) {
            throw new UncheckedIOException("facts larger than they said", e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("sealing failed", e);
        }
        int chars = (4 * sealedBytes + 2) / 3;
        if (text.length < chars) {
            text = new byte[2 * chars];
        }
        return new String(text, 0, ENCODER.encode(sealed, text), StandardCharsets.ISO_8859_1);
    }

    @SuppressWarnings("ReferenceEquality") // the same object, so the same bytes; another that is equal is written anew
    private void write(BidFacts bid, int bytes) throws IOException {
        if (bid == written) {
            return;
        }
        written = null;
        if (plain.length < bytes) {
            plain = new byte[bytes];
        }
        bid.writeTo(CodedOutputStream.newInstance(plain, 0, bytes));
        written = bid;
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
        byte[] bytes = decode(token);
        if (bytes.length < HEADER_BYTES + TAG_BYTES || bytes[0] != VERSION) {
            return MALFORMED;
        }
        SecretKey key = keys.key(bytes[1] & 0xff);
        if (key == null) {
            return UNKNOWN_KEY;
        }
        try {
            start(Cipher.DECRYPT_MODE, key, bytes, kind);
            BidFacts bid = BidFacts.parseFrom(cipher.doFinal(bytes, HEADER_BYTES, bytes.length - HEADER_BYTES));
            long ageMs = nowMs - bid.getBidTimeMs();
            return ageMs > ageMaxMs || ageMs < -SKEW_MS ? EXPIRED : new Opened(TokenStatus.OPENED, bid);
        } catch (AEADBadTagException | InvalidProtocolBufferException _) {
            return REJECTED;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("opening failed", e);
        }
    }

    private void start(int mode, SecretKey key, byte[] token, NoticeKind kind) throws GeneralSecurityException {
        cipher.init(mode, key, new GCMParameterSpec(8 * TAG_BYTES, token, 2, NONCE_BYTES));
        associated[1] = token[1];
        associated[2] = kind.code();
        cipher.updateAAD(associated);
    }

    private void nextNonce() {
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
