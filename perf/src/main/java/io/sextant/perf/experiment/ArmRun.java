package io.sextant.perf.experiment;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One arm in one run.
 *
 * @param arm              its name
 * @param bidLevel         what its catalogue's costs per click were multiplied by; 1 but on control's frontier
 * @param online           while it learned and explored: the total effect
 * @param exploit          with its frozen model, modifier 1, on the same requests as every other arm: the learning effect
 * @param efficiency       online, against control's frontier; null where the experiment has none
 * @param offline          its frozen model on later impressions
 * @param meanUncertainty  mean u of Monte Carlo dropout on the probability over the neutral requests, by its frozen model
 * @param versions         models that it published, the common one included
 * @param refused          models that were judged too bad to be published
 * @param learned          impressions that it learned from online
 * @param curve            over the online phase
 * @param exposure         how unsure it is by what it knows
 */
public record ArmRun(@JsonProperty("arm") String arm, @JsonProperty("bid_level") double bidLevel,
        @JsonProperty("online") PhaseFigures online, @JsonProperty("exploit") PhaseFigures exploit,
        @JsonProperty("efficiency") @Nullable Efficiency efficiency,
        @JsonProperty("offline") List<SliceFigures> offline,
        @JsonProperty("mean_uncertainty") double meanUncertainty, @JsonProperty("versions") long versions,
        @JsonProperty("refused") long refused, @JsonProperty("learned") long learned,
        @JsonProperty("curve") List<CurvePoint> curve, @JsonProperty("exposure") List<ExposurePoint> exposure) {
    /** Copies the lists. */
    public ArmRun {
        offline = List.copyOf(offline);
        curve = List.copyOf(curve);
        exposure = List.copyOf(exposure);
    }

    /**
     * The model's figures over a slice.
     *
     * @throws IllegalArgumentException if there is no such slice
     */
    public SliceFigures slice(String name) {
        return offline.stream().filter(slice -> slice.slice().equals(name)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("arm " + arm + " has no slice " + name));
    }
}
