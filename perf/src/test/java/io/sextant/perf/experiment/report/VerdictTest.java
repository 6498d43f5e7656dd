package io.sextant.perf.experiment.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.perf.engine.Machine;
import io.sextant.perf.experiment.ArmRun;
import io.sextant.perf.experiment.ArmSpec;
import io.sextant.perf.experiment.Comparison;
import io.sextant.perf.experiment.CurvePoint;
import io.sextant.perf.experiment.ExperimentResult;
import io.sextant.perf.experiment.ExposurePoint;
import io.sextant.perf.experiment.Measure;
import io.sextant.perf.experiment.Money;
import io.sextant.perf.experiment.PhaseFigures;
import io.sextant.perf.experiment.RunResult;
import io.sextant.perf.experiment.SliceFigures;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.Test;

class VerdictTest {
    private static final ArmSpec CONTROL = new ArmSpec("control", "control", 1, "plain", "none", "", "");
    private static final ArmSpec RANDOM = new ArmSpec("random", "random", 1, "plain", "random", "", "");
    private static final ArmSpec UNIFORM = new ArmSpec("uniform", "uniform", 1, "plain", "uniform", "", "");
    private static final ArmSpec UNSURE = new ArmSpec("unsure", "un<sure>", 1, "plain", "uncertainty", "monte-carlo",
            "probability");

    private static Comparison learning(String against, double low, double high) {
        return new Comparison(Comparison.EXPLOIT, Measure.EXPECTED_LIMITED_SPEND.label(), "unsure", against, true, 6,
                (low + high) / 2, low, high, 0.5, 0.1, 9);
    }

    private static Comparison paper(Measure measure, String phase, double low, double high) {
        return new Comparison(phase, measure.label(), "unsure", "control", true, 6, (low + high) / 2, low, high, 0.5,
                0.1, 9);
    }

    private static ArmRun run(ArmSpec arm) {
        var money = new Money(20, 10, 12, 9, 8, 2);
        var figures = new PhaseFigures(1_000, 1_000, 900, 400, money, money, 0.02, 1.1, 1.2, 0.05);
        var slices = Stream.of(SliceFigures.NEUTRAL, SliceFigures.CONTROL, SliceFigures.UNION)
                .map(slice -> new SliceFigures(slice, 100, 0.7, 0.1, 0.71, 0.11, 1.01, 0.8, 0.09)).toList();
        return new ArmRun(arm.name(), 1, figures, figures, null, slices, 0.004, 3, 0, 400,
                List.of(new CurvePoint(1, 200, 0.05, 0.05, 5, 1, 0.02, 1.1, 1, false),
                        new CurvePoint(2, 200, 0.05, 0.05, 5, 1, 0.02, 1.1, 1, false)),
                List.of(new ExposurePoint(0, 10, 5, 10, Double.NaN, Double.NaN, 0.01, 1)));
    }

    private static ExperimentResult result(Comparison... comparisons) {
        List<ArmSpec> arms = List.of(CONTROL, RANDOM, UNIFORM, UNSURE);
        return new ExperimentResult("supply & <demand>", "./sextant experiment run x.yaml", "paired", true, 60,
                Machine.here("plain"), Map.of("market.a", "1"), Map.of("online", 1_000L), "control", arms,
                List.of(new RunResult(7, 60, arms.stream().map(VerdictTest::run).toList(), List.of(), List.of())),
                List.of(comparisons));
    }

    @Test
    void shouldSayThatUncertaintyPaysOnlyWhenItBeatsEveryBlindArm() {
        assertThat(Verdict.of(result(learning("random", 0.01, 0.03), learning("uniform", 0.02, 0.04))))
                .extracting(Verdict::outcome).containsExactly(Verdict.Outcome.SHOWN);
        assertThat(Verdict.of(result(learning("random", 0.01, 0.03), learning("uniform", -0.01, 0.04))))
                .extracting(Verdict::outcome).containsExactly(Verdict.Outcome.OPEN);
        // Nothing is known against uniform.
        assertThat(Verdict.of(result(learning("random", 0.01, 0.03)))).extracting(Verdict::outcome)
                .containsExactly(Verdict.Outcome.OPEN);
        assertThat(Verdict.of(result(learning("random", -0.03, -0.01), learning("uniform", -0.01, 0.04))))
                .extracting(Verdict::outcome).containsExactly(Verdict.Outcome.REFUTED);
        // A single run has no interval.
        assertThat(Verdict.of(result(learning("random", Double.NaN, Double.NaN)))).extracting(Verdict::outcome)
                .containsExactly(Verdict.Outcome.OPEN);
    }

    @Test
    void shouldHoldThePapersSignsAgainstIntervals() {
        List<Verdict> verdicts = Verdict.of(result(paper(Measure.CTR, Comparison.ONLINE, 0.02, 0.2),
                paper(Measure.UNION_LOG_LOSS, Comparison.OFFLINE, 0.001, 0.002),
                paper(Measure.UNION_AUC, Comparison.OFFLINE, -0.001, 0.002)));
        // The first is about paying. The paper: CTR +9.6 %, AUC +0.24 %, log loss -0.26 %.
        assertThat(verdicts).extracting(Verdict::outcome).containsExactly(Verdict.Outcome.OPEN, Verdict.Outcome.SHOWN,
                Verdict.Outcome.OPEN, Verdict.Outcome.REFUTED);
        assertThat(verdicts.get(1).claim()).contains("raises CTR", "+9.60 %");
        assertThat(verdicts.get(1).reason()).isEqualTo("here +11.63 % [+2.02 %, +22.14 %]");
    }

    @Test
    void shouldBeOnePageThatNeedsNothingElse() throws Exception {
        Document page = Jsoup.parse(ExperimentHtml.text(result(learning("random", 0.01, 0.03),
                learning("uniform", 0.02, 0.04))));

        assertThat(page.select("h1").text()).isEqualTo("supply & <demand>");
        assertThat(page.select("script, link, iframe")).isEmpty();
        assertThat(page.select("img, source")).isNotEmpty().allMatch(picture -> (picture.attr("src")
                + picture.attr("srcset")).startsWith("data:image/png;base64,"));
        assertThat(page.select(".tag.shown")).hasSize(1);
        assertThat(page.select(".banner").text()).contains("quick run");
        // Every link leads somewhere.
        assertThat(page.select("nav a")).isNotEmpty()
                .allMatch(link -> page.getElementById(link.attr("href").substring(1)) != null);
        // Spend 10 for 20 clicks of 400 wins, by both ways of counting.
        assertThat(page.select("#money table:first-of-type tbody tr").get(0).text())
                .isEqualTo("control observed clicks 10.00 9.00 8.00 2.00 20.0 5.00 % 0.5000 44.44 % 2.00 %");
        assertThat(page.text()).contains("un<sure>");
    }
}
