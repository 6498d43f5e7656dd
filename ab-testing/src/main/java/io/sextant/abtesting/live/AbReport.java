package io.sextant.abtesting.live;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The report on an experiment in live traffic.
 *
 * @param from        start, ISO 8601, by the time of the bid; null for the beginning of the topics
 * @param to          end, exclusive
 * @param preFrom     start of the time before; null where there is none
 * @param control     name of the arm that the others are held against
 * @param level       confidence of all intervals
 * @param caveat      what intervals and p values do not hold
 * @param arms        one line an arm
 * @param comparisons arms against control
 * @param allocation  whether units came to the arms by their shares, by kind of unit
 * @param sampleOneIn one in how many units the allocation was looked at by; 0 where bidders told none
 * @param neutral     what the arms' models make of impressions that none of them chose
 * @param messages    how many notices met which fate
 * @param warnings    what should be put right before anything is believed
 */
public record AbReport(@JsonProperty("from") @Nullable String from, @JsonProperty("to") String to,
        @JsonProperty("pre_from") @Nullable String preFrom, @JsonProperty("control") String control,
        @JsonProperty("level") double level, @JsonProperty("caveat") String caveat,
        @JsonProperty("arms") List<ArmFigures> arms, @JsonProperty("comparisons") List<Comparison> comparisons,
        @JsonProperty("allocation") List<AllocationCheck> allocation,
        @JsonProperty("sample_one_in") int sampleOneIn, @JsonProperty("neutral") List<NeutralFigures> neutral,
        @JsonProperty("messages") Map<NoticeCounter, Long> messages,
        @JsonProperty("warnings") List<String> warnings) {

    static final String CAVEAT = "Conditional on these models: intervals and p values say how sure one may be about the"
            + " users, given the models that the arms happened to train. Arms that are the same and train apart differ"
            + " by more. What holds for the next run takes several runs: other seeds, other weeks, other markets.";

    /** Whether units of any kind did not come to the arms by their shares. */
    public boolean unsound() {
        return allocation.stream().anyMatch(AllocationCheck::suspected);
    }
}
