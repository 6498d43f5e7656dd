package io.sextant.trainer.data;

/** A line that cannot be read; the message says what is wrong with it, {@link BadLines} adds where it stands. */
final class MalformedLineException extends Exception {
    private static final long serialVersionUID = 1;

    MalformedLineException(String problem) {
        // Thrown by the line: where it was thrown tells nothing.
        super(problem, null, false, false);
    }
}
