package io.sextant.bidder.campaign;

/**
 * A catalogue that cannot be used. The message is one line for the operator: file, campaign, key, value, and what would be
 * right.
 */
public final class CatalogueException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** Makes one with a complete, one-line message. */
    CatalogueException(String message) {
        super(message);
    }
}
