package io.sextant.uncertainty.draw;

/**
 * What a draw is for. Draws for different purposes are independent of each other, even under the same key.
 *
 * <p>
 * The codes are part of what makes a logged decision repeatable: never change one, never use one twice.
 */
public enum Purpose {
    /** Dropout masks under which a request's uncertainty is measured; one draw a pass. */
    MASKS(0),
    /** The one dropout mask of an ad's Thompson draw; one draw a candidate row. */
    THOMPSON(1),
    /** Dropout masks of an ad's upper confidence bound; one draw a candidate row and pass. */
    CONFIDENCE_BOUND(2),
    /** Whether the request may be explored. */
    EXPLORE_SHARE(3),
    /** The modifier that is drawn without looking at the request. */
    RANDOM_MODIFIER(4),
    /** Whether an arm that does not act on uncertainty measures it on this request. */
    MEASURE_SHARE(5),
    /** Whether the decision goes into the sampled log. */
    SAMPLE_LOG(6),
    /** Which ads are scored where more fit than may be. */
    CANDIDATES(7),
    /** The place of a request among others of which the same is predicted. */
    RANK_AMONG_EQUALS(8),
    /** Which ad is shown where no model chooses. */
    RANDOM_CREATIVE(9),
    /** Whether a decision is ranked by chance. */
    EPSILON(10),
    /** The order of candidates that are ranked by chance; one draw a candidate. */
    RANDOM_ORDER(11),
    /** The normal deviate that an ad's score is drawn with; one draw a candidate row. */
    SCORE_DEVIATE(12),
    /** Which member of an ensemble ranks. */
    MEMBER(13),
    /** Whether a campaign that is held back enters the auction; one draw a campaign. */
    PACING(14);

    private final int code;

    Purpose(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }
}
