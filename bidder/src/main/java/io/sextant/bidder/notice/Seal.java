package io.sextant.bidder.notice;

/**
 * The facts of a bid, sealed, and for every kind of notice the proof that a token is of that kind. Immutable.
 *
 * @param facts  base64url
 * @param proofs base64url, {@value #PROOF_CHARS} characters a kind, by its code
 */
public record Seal(String facts, String proofs) {
    /** Between facts and proof: in no base64url, and nothing that a URL would escape. */
    public static final char DOT = '.';
    static final int PROOF_BYTES = 12;
    static final int PROOF_CHARS = PROOF_BYTES / 3 * 4;

    /** The proof of one kind. */
    public String proof(NoticeKind kind) {
        int at = kind.proofNumber() * PROOF_CHARS;
        return proofs.substring(at, at + PROOF_CHARS);
    }

    /** The token that a notice of this kind carries: facts, a dot, proof. */
    public String token(NoticeKind kind) {
        return facts + DOT + proof(kind);
    }
}
