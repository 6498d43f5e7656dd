package io.sextant.trainer.data;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How files are read.
 *
 * @param badLinesMax  lines that may be passed over because they cannot be read
 * @param rowsMax      impressions that are read at most
 * @param adFields     names of libsvm's and libffm's fields that describe the ad and not the request
 * @param featureIndex of libsvm lines: file of {@code field:value<TAB>index} lines that says which field an index is of;
 *                     null if there is none
 * @param groups       of libsvm lines: ranges of indices that are a field each; may be empty
 */
public record ReadOptions(long badLinesMax, long rowsMax, Set<String> adFields, @Nullable Path featureIndex,
        List<IndexGroup> groups) {

    /** Names of fields that are taken to describe the ad where nothing else is said. */
    public static final Set<String> AD_FIELDS = Set.of("advertiser", "campaign", "creative", "ad");

    /**
     * A range of libsvm's indices.
     *
     * @param name the field's
     * @param from first index
     * @param to   last index
     */
    public record IndexGroup(String name, long from, long to) {
        /**
         * Reads {@code name=from-to}.
         *
         * @throws IllegalArgumentException if it is written otherwise
         */
        public static IndexGroup parse(String text) {
            var matcher = Pattern.compile("([^=]+)=(\\d+)-(\\d+)").matcher(text);
            if (!matcher.matches() || Long.parseLong(matcher.group(2)) > Long.parseLong(matcher.group(3))) {
                throw new IllegalArgumentException("\"" + text + "\" is no group, write for example hour=24-47");
            }
            return new IndexGroup(matcher.group(1), Long.parseLong(matcher.group(2)), Long.parseLong(matcher.group(3)));
        }
    }

    public ReadOptions {
        adFields = Set.copyOf(adFields);
        groups = List.copyOf(groups);
    }

    /** Everything that the files hold, a hundred bad lines at most, no fields named. */
    public static ReadOptions standard() {
        return new ReadOptions(100, Long.MAX_VALUE, AD_FIELDS, null, List.of());
    }
}
