package io.sextant.perf.experiment.report;

import io.sextant.perf.experiment.ArmSpec;
import io.sextant.perf.experiment.Comparison;
import io.sextant.perf.experiment.ExperimentResult;
import io.sextant.perf.experiment.Measure;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What intervals say of a claim.
 *
 * @param claim   a sentence that holds or not
 * @param outcome what is to be thought of it
 * @param reason  the figures
 */
record Verdict(String claim, Outcome outcome, String reason) {
    /** Exploration rules that look at no uncertainty: what one that does must beat. */
    private static final Set<String> BLIND = Set.of("random", "uniform", "pctr-placebo");

    private static final Set<String> UNCERTAIN = Set.of("uncertainty", "uncertainty-rank");

    /** What is to be thought of a claim. */
    enum Outcome {
        /** The intervals show it. */
        SHOWN("shown"),
        /** The intervals show that it does not hold. */
        REFUTED("refuted"),
        /** The intervals allow for both. */
        OPEN("not shown");

        private final String words;

        Outcome(String words) {
            this.words = words;
        }

        String words() {
            return words;
        }
    }

    /** A way in which exploring may pay. */
    private record Way(String words, String phase, Measure measure) {}

    private static final List<Way> WAYS = List.of(
            new Way("learning effect (primary measure, expected clicks, exploit phase)", Comparison.EXPLOIT,
                    Measure.EXPECTED_LIMITED_SPEND),
            new Way("clicks at equal spend (online, against control's frontier)", Comparison.ONLINE,
                    Measure.EFFICIENCY));

    /** All claims that the experiment's arms can speak to. */
    static List<Verdict> of(ExperimentResult result) {
        List<Verdict> verdicts = new ArrayList<>();
        List<ArmSpec> blind = result.arms().stream().filter(arm -> BLIND.contains(arm.exploration())).toList();
        for (ArmSpec arm : result.arms()) {
            if (UNCERTAIN.contains(arm.exploration()) && !blind.isEmpty()) {
                verdicts.add(pays(result, arm, blind));
            }
        }
        for (ArmSpec arm : result.arms()) {
            for (PaperTable.Column column : PaperTable.COLUMNS) {
                Double published = column.published(arm);
                if (published != null) {
                    result.comparison(column.phase(), column.measure().label(), arm.name(), result.control())
                            .ifPresent(comparison -> verdicts.add(paper(arm, column, published, comparison)));
                }
            }
        }
        return verdicts;
    }

    /** It pays if, in one of the ways, it beats every blind arm; it does not if in every way some blind arm beats it. */
    private static Verdict pays(ExperimentResult result, ArmSpec arm, List<ArmSpec> blind) {
        List<String> reasons = new ArrayList<>();
        boolean shown = false;
        boolean worse = true;
        for (Way way : WAYS) {
            List<Comparison> against = blind.stream()
                    .map(other -> result.comparison(way.phase, way.measure.label(), arm.name(), other.name()))
                    .flatMap(Optional::stream).filter(comparison -> Double.isFinite(comparison.low())).toList();
            if (!against.isEmpty()) {
                shown |= against.size() == blind.size() && against.stream().allMatch(each -> each.low() > 0);
                worse &= against.stream().anyMatch(each -> each.high() < 0);
                reasons.add(way.words + ": " + against.stream().map(each -> "against " + each.against() + " "
                        + Figures.difference(each)).collect(Collectors.joining("; ")));
            }
        }
        Outcome outcome = shown ? Outcome.SHOWN
                : worse && !reasons.isEmpty() ? Outcome.REFUTED : Outcome.OPEN;
        String names = blind.stream().map(ArmSpec::name).collect(Collectors.joining(", "));
        return new Verdict(
                "“" + arm.label() + "” pays: it beats " + names + " in learning, or in clicks at equal spend.",
                outcome, reasons.isEmpty() ? "a single run has no interval" : String.join(". ", reasons) + ".");
    }

    private static Verdict paper(ArmSpec arm, PaperTable.Column column, double published, Comparison found) {
        boolean up = published > 0;
        Outcome outcome = !found.significant() ? Outcome.OPEN
                : found.mean() > 0 == up ? Outcome.SHOWN : Outcome.REFUTED;
        return new Verdict(String.format(Locale.ROOT, "The paper: “%s” %s %s against control (%+.2f %%).", arm.label(),
                up ? "raises" : "lowers", column.title(), 100 * published), outcome,
                "here " + Figures.difference(found));
    }
}
