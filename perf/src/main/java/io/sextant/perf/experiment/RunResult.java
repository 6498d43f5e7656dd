package io.sextant.perf.experiment;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/**
 * One run: one seed, all arms.
 *
 * @param seed     of the market and of every draw
 * @param seconds  it took
 * @param arms     the experiment's arms, in its order
 * @param frontier control at other bid levels, by rising level; control's own level is not among them
 * @param units    what single units say; see {@link UnitComparison}
 */
public record RunResult(@JsonProperty("seed") long seed, @JsonProperty("seconds") double seconds,
        @JsonProperty("arms") List<ArmRun> arms, @JsonProperty("frontier") List<ArmRun> frontier,
        @JsonProperty("units") List<UnitComparison> units) {
    /** Copies the lists. */
    public RunResult {
        arms = List.copyOf(arms);
        frontier = List.copyOf(frontier);
        units = List.copyOf(units);
    }

    /**
     * An arm's part.
     *
     * @throws IllegalArgumentException if there is no such arm
     */
    public ArmRun arm(String name) {
        return arms.stream().filter(arm -> arm.arm().equals(name)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no arm is named " + name));
    }
}
