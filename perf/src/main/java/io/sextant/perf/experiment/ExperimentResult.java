package io.sextant.perf.experiment;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.sextant.perf.engine.Machine;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Everything that an experiment found; what its JSON, CSV and HTML are written from.
 *
 * @param name        of the experiment
 * @param command     that was given
 * @param mode        {@code paired}: every arm sees every request in its own copy of the market; {@code split}: traffic is
 *                    divided among the arms
 * @param quick       whether it was a short run to see that everything works, whose figures say little
 * @param seconds     it took
 * @param machine     where it ran
 * @param settings    every setting in force, of experiment and market, by key
 * @param requests    requests a run in each phase, by name: warm-up, online, exploit, offline
 * @param control     the arm that the others are held against
 * @param arms        all arms, in order
 * @param runs        one a seed
 * @param comparisons over the runs: every arm against control, and every exploring arm against each blind one
 */
public record ExperimentResult(@JsonProperty("experiment") String name, @JsonProperty("command") String command,
        @JsonProperty("mode") String mode, @JsonProperty("quick") boolean quick,
        @JsonProperty("duration_seconds") double seconds, @JsonProperty("machine") Machine machine,
        @JsonProperty("settings") Map<String, String> settings,
        @JsonProperty("requests") Map<String, Long> requests, @JsonProperty("control") String control,
        @JsonProperty("arms") List<ArmSpec> arms, @JsonProperty("runs") List<RunResult> runs,
        @JsonProperty("comparisons") List<Comparison> comparisons) {
    /** Copies the lists; maps keep their order. */
    public ExperimentResult {
        settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
        requests = Collections.unmodifiableMap(new LinkedHashMap<>(requests));
        arms = List.copyOf(arms);
        runs = List.copyOf(runs);
        comparisons = List.copyOf(comparisons);
    }

    /** A comparison, if that was made. */
    public Optional<Comparison> comparison(String phase, String measure, String arm, String against) {
        return comparisons.stream().filter(each -> each.phase().equals(phase) && each.measure().equals(measure)
                && each.arm().equals(arm) && each.against().equals(against)).findFirst();
    }
}
