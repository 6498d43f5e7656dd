package io.sextant.perf.tune;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.sextant.perf.experiment.ArmRun;
import io.sextant.perf.experiment.ExperimentResult;
import java.util.function.ToDoubleBiFunction;

/**
 * What an arm's exploring cost and taught, against control, by true click probabilities.
 *
 * @param arm       its name
 * @param immediate online: difference in profit (value less spend) over control's spend
 * @param total     online: log ratio of the primary measure, over campaigns the smaller of spend and value
 * @param learning  exploit phase, frozen models, modifier 1: log ratio of the primary measure
 * @param premium   mean exploration premium online, as a share of spend
 */
record ArmEffect(@JsonProperty("arm") String arm, @JsonProperty("immediate") Effect immediate,
        @JsonProperty("total") Effect total, @JsonProperty("learning") Effect learning,
        @JsonProperty("premium") double premium) {
    static ArmEffect of(ExperimentResult result, String arm) {
        return new ArmEffect(arm,
                over(result, arm, (own, control) -> (own.online().expected().profitUsd()
                        - control.online().expected().profitUsd()) / control.online().expected().spendUsd()),
                over(result, arm, (own, control) -> Math.log(own.online().expected().limitedSpendUsd()
                        / control.online().expected().limitedSpendUsd())),
                over(result, arm, (own, control) -> Math.log(own.exploit().expected().limitedSpendUsd()
                        / control.exploit().expected().limitedSpendUsd())),
                result.runs().stream().mapToDouble(run -> run.arm(arm).online().premium()).average()
                        .orElse(Double.NaN));
    }

    private static Effect over(ExperimentResult result, String arm, ToDoubleBiFunction<ArmRun, ArmRun> difference) {
        return Effect.of(result.runs().stream()
                .mapToDouble(run -> difference.applyAsDouble(run.arm(arm), run.arm(result.control()))).toArray());
    }
}
