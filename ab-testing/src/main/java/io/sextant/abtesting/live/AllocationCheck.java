package io.sextant.abtesting.live;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whether units of one kind came to the arms by their shares.
 *
 * @param kind      what the units are made from
 * @param counts    distinct units of the sample by arm, in the order of the arms
 * @param expected  what the shares would have of as many
 * @param pValue    of Pearson's test; null where there are too few units for it
 * @param suspected whether the allocation is unsound: no difference between arms can be believed then
 */
public record AllocationCheck(@JsonProperty("kind") String kind, @JsonProperty("counts") List<Long> counts,
        @JsonProperty("expected") List<Double> expected, @JsonProperty("p") @Nullable Double pValue,
        @JsonProperty("suspected") boolean suspected) {}
