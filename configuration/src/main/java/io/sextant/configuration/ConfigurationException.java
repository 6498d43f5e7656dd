package io.sextant.configuration;

/**
 * A setting that cannot be used. The message is one line for the operator: file, key, value, and what would be right.
 */
public final class ConfigurationException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** Makes one with a complete, one-line message. */
    public ConfigurationException(String message) {
        super(message);
    }
}
