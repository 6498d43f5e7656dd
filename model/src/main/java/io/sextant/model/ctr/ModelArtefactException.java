package io.sextant.model.ctr;

import java.io.IOException;

/** A model artefact that must not be served; the message names the file and what is wrong with it. */
public class ModelArtefactException extends IOException {
    private static final long serialVersionUID = 1L;

    /** Says what is wrong. */
    public ModelArtefactException(String message) {
        super(message);
    }

    /** Says what is wrong and what it was noticed by. */
    public ModelArtefactException(String message, Throwable cause) {
        super(message, cause);
    }
}
