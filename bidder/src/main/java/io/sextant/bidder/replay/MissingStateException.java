package io.sextant.bidder.replay;

import java.nio.file.Path;

/** What a decision was made with is missing from the directory, or is not what it was. The message names place and remedy. */
final class MissingStateException extends Exception {
    private static final long serialVersionUID = 1;

    MissingStateException(Path place, String problem, String remedy) {
        super(place + ": " + problem + "; " + remedy);
    }
}
