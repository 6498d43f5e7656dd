package io.sextant.trainer;

/** What a trainer counts, for each arm, since its start. */
public enum TrainerCounter {
    /** Examples that were scored and trained on. */
    EXAMPLES_TRAINED("Examples that were scored and trained on"),
    /** Examples that take an earlier label back, the first halves of correction pairs. */
    CORRECTIONS("Examples that take an earlier label back"),
    /** Examples encoded with another feature schema, skipped. */
    EXAMPLES_OTHER_SCHEMA("Examples encoded with another feature schema, skipped"),
    /** Examples with a feature index or a number of features that the schema does not have, skipped. */
    EXAMPLES_OUT_OF_RANGE("Examples whose features do not fit the schema, skipped"),
    /** Examples whose weight is neither 1 nor -1, skipped. */
    EXAMPLES_BAD_WEIGHT("Examples whose weight is neither 1 nor -1, skipped"),
    /** Records that are no example of the arm they are keyed by, skipped. */
    EXAMPLES_MALFORMED("Records that are no example of their arm, skipped"),
    /** Messages in batches that are damaged on the broker's disk, passed over. */
    MESSAGES_UNREADABLE("Messages that are damaged on the broker's disk, passed over"),
    /** Times that examples had been deleted from the topic before they were read. */
    OFFSET_GAPS("Times that examples were deleted before they were read"),
    /** Versions that were published. */
    MODELS_PUBLISHED("Versions that were published"),
    /** Versions that were refused because a number in them was not finite. */
    MODELS_REFUSED_NOT_FINITE("Versions refused because a number was not finite"),
    /** Versions that were refused because the last one predicts better. */
    MODELS_REFUSED_WORSE("Versions refused because the last one predicts better"),
    /** Versions that were refused because their predictions are far from the clicks observed. */
    MODELS_REFUSED_PCOC("Versions refused because predictions are far from observed clicks"),
    /** Versions of these that went out as deltas. */
    DELTAS_PUBLISHED("Versions that were published as deltas"),
    /** Announcements or artefacts that failed and are tried again. */
    PUBLICATIONS_FAILED("Publications that failed and are tried again"),
    /** Checkpoints written. */
    CHECKPOINTS("Checkpoints written"),
    /** Times that the arm's work failed and was taken up again from its checkpoint. */
    RESTARTS("Times the arm was restarted from its checkpoint");

    private final String sentence;

    TrainerCounter(String sentence) {
        this.sentence = sentence;
    }

    /** What is counted, in a few words. */
    public String sentence() {
        return sentence;
    }
}
