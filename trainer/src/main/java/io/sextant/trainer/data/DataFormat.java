package io.sextant.trainer.data;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** How labelled impressions are written in a file. */
public enum DataFormat {
    /** The log that iPinYou released: 27 columns, separated by tabs. */
    IPINYOU,
    /** A dump of the topic of examples: protobuf messages, each after its length. */
    EXAMPLES,
    /** {@code label index:value index:value …}. */
    LIBSVM,
    /** {@code label field:index:value field:index:value …}. */
    LIBFFM,
    /** {@code click price pctr}: outcomes with somebody's predictions. For evaluation only. */
    CTR_COLUMNS;

    private static final int LOG_COLUMNS = 27;
    private static final String LABEL = "[+-]?\\d+(\\.\\d*)?";
    private static final Pattern LIBFFM_LINE = Pattern.compile(LABEL + "(\\s+[^:\\s]+:[^:\\s]+:[^:\\s]+)+\\s*");
    private static final Pattern LIBSVM_LINE = Pattern.compile(LABEL + "(\\s+[^:\\s]+:[^:\\s]+)+\\s*");
    private static final Pattern CTR_LINE = Pattern
            .compile("[01][\\s,]+[0-9.]+[\\s,]+[0-9.]+([eE][+-]?\\d+)?([\\s,].*)?");

    /** As it is written on the command line: lower case with dashes. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * Guesses the format from how a file begins.
     *
     * @param beginning first bytes of the unzipped file
     * @return empty if it looks like none of them
     */
    static Optional<DataFormat> of(byte[] beginning) {
        for (byte symbol : beginning) {
            if (symbol >= 0 && symbol < '\t') {
                return Optional.of(EXAMPLES);
            }
        }
        String line = new String(beginning, StandardCharsets.UTF_8).lines().filter(text -> !text.isBlank()).findFirst()
                .orElse("");
        if (line.split("\t", -1).length >= LOG_COLUMNS) {
            return Optional.of(IPINYOU);
        }
        if (LIBFFM_LINE.matcher(line).matches()) {
            return Optional.of(LIBFFM);
        }
        if (LIBSVM_LINE.matcher(line).matches()) {
            return Optional.of(LIBSVM);
        }
        return CTR_LINE.matcher(line).matches() ? Optional.of(CTR_COLUMNS) : Optional.empty();
    }
}
