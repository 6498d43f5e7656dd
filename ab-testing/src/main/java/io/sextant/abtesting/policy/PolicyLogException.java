package io.sextant.abtesting.policy;

/** A log that no policy can be evaluated from; the message names place and remedy. */
public final class PolicyLogException extends Exception {
    private static final long serialVersionUID = 1;

    /** @param message place, problem and remedy */
    public PolicyLogException(String message) {
        super(message);
    }
}
