package io.sextant.trainer.data;

/** Data that cannot be used; the message names the place and what to do, and is meant to be shown without a stack trace. */
public final class DataException extends Exception {
    private static final long serialVersionUID = 1;

    /** Says what is wrong, where, and what to do. */
    public DataException(String message) {
        super(message);
    }
}
