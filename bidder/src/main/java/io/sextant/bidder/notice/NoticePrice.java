package io.sextant.bidder.notice;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the price that an exchange put in place of {@code ${AUCTION_PRICE}}: the clearing price per thousand impressions
 * in the bid's currency. It is the only thing in a notice that is not sealed, so it counts only up to the bid.
 *
 * @param status    what became of it
 * @param cpmMicros the price in micros of the settlement currency per thousand impressions, 0 unless accepted
 */
public record NoticePrice(Status status, long cpmMicros) {
    /** What became of a price. */
    public enum Status {
        /** A number from 0 up to the bid. */
        ACCEPTED,
        /** No parameter, or an empty one. */
        ABSENT,
        /** The macro came back as it was sent, in whatever encoding. */
        UNRESOLVED,
        /** Given more than once. */
        DOUBLED,
        /** Not a number. */
        MALFORMED,
        /** Below zero or above the bid. */
        OUT_OF_RANGE
    }

    private static final int CHARS_MAX = 32;
    private static final String MACRO = "AUCTION_PRICE";
    private static final BigDecimal LARGEST = BigDecimal.valueOf(1_000_000);

    private static final NoticePrice ABSENT = new NoticePrice(Status.ABSENT, 0);
    private static final NoticePrice UNRESOLVED = new NoticePrice(Status.UNRESOLVED, 0);
    private static final NoticePrice DOUBLED = new NoticePrice(Status.DOUBLED, 0);
    private static final NoticePrice MALFORMED = new NoticePrice(Status.MALFORMED, 0);
    private static final NoticePrice OUT_OF_RANGE = new NoticePrice(Status.OUT_OF_RANGE, 0);

    /** Whether the price can be booked. */
    public boolean accepted() {
        return status == Status.ACCEPTED;
    }

    /**
     * Reads the values of the price parameter, already URL-decoded once.
     *
     * @param values        as many as the URL had
     * @param rate          what one unit of the bid's currency is worth in the settlement currency; 1 for itself, 0
     *                      where that is not known
     * @param bidCpmMicros  the bid, in the settlement currency
     */
    public static NoticePrice read(List<String> values, double rate, long bidCpmMicros) {
        if (values.isEmpty()) {
            return ABSENT;
        }
        if (values.size() > 1) {
            return DOUBLED;
        }
        String text = values.getFirst().strip();
        if (text.isEmpty()) {
            return ABSENT;
        }
        if (text.contains(MACRO) || text.startsWith("$") || text.startsWith("%24")) {
            return UNRESOLVED;
        }
        BigDecimal price = number(text);
        if (price == null) {
            String decoded = decoded(text);
            if (decoded != null && decoded.contains(MACRO)) {
                return UNRESOLVED;
            }
            price = decoded == null ? null : number(decoded);
        }
        if (price == null) {
            return MALFORMED;
        }
        if (rate <= 0 || price.signum() < 0 || price.compareTo(LARGEST) > 0) {
            return OUT_OF_RANGE;
        }
        BigDecimal settled = rate == 1 ? price : price.multiply(BigDecimal.valueOf(rate));
        long cpmMicros = settled.movePointRight(6).setScale(0, RoundingMode.HALF_UP).longValueExact();
        // Two conversions, ours there and back, may round by a micro each; a price in our own currency may not.
        long slack = rate == 1 ? 0 : 2 + bidCpmMicros / 1_000_000;
        if (cpmMicros > bidCpmMicros + slack) {
            return OUT_OF_RANGE;
        }
        return new NoticePrice(Status.ACCEPTED, Math.min(cpmMicros, bidCpmMicros));
    }

    /** A plain decimal number, or null. */
    private static @Nullable BigDecimal number(String text) {
        if (text.length() > CHARS_MAX) {
            return null;
        }
        int digits = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= '0' && c <= '9') {
                digits++;
            } else if (c != '.' && !(c == '-' && i == 0)) {
                return null;
            }
        }
        if (digits == 0 || text.indexOf('.') != text.lastIndexOf('.')) {
            return null;
        }
        return new BigDecimal(text);
    }

    /** What {@code ${AUCTION_PRICE:B64}} was replaced by: Base64, in either alphabet, padded or not. Null if it is not. */
    private static @Nullable String decoded(String text) {
        if (text.length() > 2 * CHARS_MAX) {
            return null;
        }
        int end = text.length();
        while (end > 0 && text.charAt(end - 1) == '=') {
            end--;
        }
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(text.substring(0, end).replace('+', '-').replace('/', '_'));
            return new String(bytes, StandardCharsets.ISO_8859_1).strip();
        } catch (IllegalArgumentException _) {
            return null;
        }
    }
}
