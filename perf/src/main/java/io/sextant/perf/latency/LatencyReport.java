package io.sextant.perf.latency;

import static io.sextant.perf.ReportTable.left;
import static io.sextant.perf.ReportTable.right;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.sextant.perf.ReportTable;
import io.sextant.perf.engine.Machine;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a run tells, for people as tables and for programs as JSON.
 *
 * @param command         that was given
 * @param quick           whether it was a short run, whose figures vary more
 * @param durationSeconds of the whole run
 * @param machine         where it ran
 * @param parts           by name, in their order
 * @param sender          how far the sender can be believed, in a sentence
 * @param wrong           what was wrong with answers; empty if nothing was
 */
record LatencyReport(String command, boolean quick, double durationSeconds, Machine machine,
        Map<String, PartResult> parts, String sender, List<String> wrong) {
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    /** The figures, against their targets. */
    String text() {
        List<String> texts = new ArrayList<>();
        texts.add(ReportTable.of(figures(),
                List.of(left("Figure", LatencyFigure::key), right("Value", LatencyReport::shown),
                        left("Target", LatencyFigure::target), left("", LatencyReport::verdict),
                        left("Is", LatencyFigure::what))));
        texts.add(sender);
        if (quick) {
            texts.add("A quick run: one round each, short; its figures vary.");
        }
        return String.join(System.lineSeparator() + System.lineSeparator(), texts);
    }

    private List<LatencyFigure> figures() {
        return parts.values().stream().flatMap(part -> part.figures().stream()).toList();
    }

    private static String verdict(LatencyFigure figure) {
        if (figure.target().isEmpty()) {
            return "";
        }
        return figure.met() ? "met" : "missed";
    }

    private static String shown(LatencyFigure figure) {
        double value = figure.value();
        if (!Double.isFinite(value)) {
            return "not measured";
        }
        return Math.abs(value) >= 1_000 ? String.format(Locale.ROOT, "%,.0f", value)
                : String.format(Locale.ROOT, "%.4g", value);
    }

    /** The JSON text: the figures under their own names, then all that they were made of. */
    String json() throws JsonProcessingException {
        Map<String, Object> members = new LinkedHashMap<>();
        // JSON knows no number that is not finite.
        figures().forEach(figure -> members.put(figure.key(), Double.isFinite(figure.value()) ? figure.value() : null));
        members.put("missed", figures().stream().filter(figure -> !figure.met()).map(LatencyFigure::key).toList());
        members.put("sender", sender);
        members.put("wrong", wrong);
        members.put("command", command);
        members.put("quick", quick);
        members.put("duration_seconds", durationSeconds);
        members.put("machine", machine);
        Map<String, Object> details = new LinkedHashMap<>();
        parts.forEach((name, part) -> details.put(name, part.details()));
        members.put("parts", details);
        return JSON.writeValueAsString(members);
    }
}
