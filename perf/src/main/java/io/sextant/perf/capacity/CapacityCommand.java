package io.sextant.perf.capacity;

import io.sextant.configuration.command.SextantCommand;
import io.sextant.perf.BenchFiles;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ./sextant bench capacity}. */
@Command(name = "capacity", mixinStandardHelpOptions = true, version = "sextant bench 0.1.0", sortOptions = false, description = {
    "Works out, from what the other benchmarks wrote with --json, the fleet for 100,000",
    "and for 1,000,000 requests a second, as tables in Markdown."})
public final class CapacityCommand extends SextantCommand {
    private static final String BEGIN = "<!-- tables of ./sextant bench capacity: begin -->";
    private static final String END = "<!-- tables of ./sextant bench capacity: end -->";
    /** What other pages' runs measured, for runs that are not named; see docs/performance.md. */
    private static final Measured PUBLISHED = Measured
            .of(Map.of("controller_cpu_base", 0.121, "controller_cpu_ms_per_message", 0.80,
                    "controller_bytes_in_per_message", 13_700.0),
                    "./sextant bench controller (docs/performance.md)")
            .orElse(Measured.of(Map.of("cpu_micros_per_example", 16.1),
                    "./sextant bench learning (docs/performance.md)"));
    /** What the plan is made of. */
    private static final List<String> INPUTS = List.of("cpu_ms_per_request", "wire_bytes_per_request",
            "wire_bytes_per_answer", "kafka_bytes_per_decision", "controller_bytes_in_per_message",
            "kafka_bytes_per_win", "kafka_bytes_per_bill", "controller_cpu_base", "controller_cpu_ms_per_message",
            "cpu_micros_per_example", "memory_bytes_per_row_served", "memory_bytes_per_row_trained");

    @Parameters(arity = "1..*", paramLabel = "FILE", description = "What ./sextant bench latency, controller, learning wrote with --json; of the last two, the published figures hold where none is named.")
    private List<Path> files = List.of();

    @Option(names = "--requests", paramLabel = "N", split = ",", defaultValue = "100000,1000000", description = "Requests a second to plan for, comma-separated; ${DEFAULT-VALUE} unless told.")
    private List<Double> requests = List.of();

    @Option(names = "--update", paramLabel = "FILE", description = "Also puts the tables between the marks in this page.")
    private @Nullable Path page;

    @Override
    public Integer call() throws IOException {
        PrintWriter out = out();
        String tables;
        try {
            tables = tables(Measured.read(files).orElse(PUBLISHED), requests.stream().map(Demand::of).toList());
        } catch (IllegalArgumentException e) {
            throw unusable(String.valueOf(e.getMessage()), e);
        }
        out.println(tables);
        out.flush();
        if (page != null) {
            BenchFiles.write(page, updated(Files.readString(page), tables).strip());
        }
        return 0;
    }

    /** The page with other tables between its marks. */
    static String updated(String text, String tables) {
        int begin = text.indexOf(BEGIN);
        int end = text.indexOf(END);
        if (begin < 0 || end < begin) {
            throw new IllegalArgumentException("the page lacks the marks " + BEGIN + " and " + END);
        }
        return text.substring(0, begin + BEGIN.length()) + "\n\n" + tables + "\n" + text.substring(end);
    }

    /** What was measured, what is assumed, and what follows, in Markdown. */
    static String tables(Measured measured, List<Demand> demands) {
        var text = new StringBuilder("| Measured | Value | By |\n|---|---|---|\n");
        for (String name : INPUTS) {
            text.append(String.format(Locale.ROOT, "| `%s` | %s | `%s` |%n", name, number(measured.get(name)),
                    measured.source(name)));
        }
        Demand first = demands.getFirst();
        text.append(String.format(Locale.ROOT,
                "%nAssumed: machines of %d cores for bidders, of which %.0f %% are used; "
                        + "%.0f %% of requests get a bid, %.0f %% of bids win; %d arms; one decision in %.0f is logged; %,.0f ids an "
                        + "arm; %d copies in Kafka, %.0f MB/s a partition.%n%n",
                first.cores(), 100 * first.utilisation(),
                100 * first.bidShare(), 100 * first.winRate(), first.arms(), 1 / first.decisionShare(), first.ids(),
                first.replication(), first.partitionMb()));
        List<List<FleetPlan.Line>> plans = new ArrayList<>();
        text.append("| |");
        for (Demand demand : demands) {
            plans.add(new FleetPlan(demand, measured).lines());
            text.append(String.format(Locale.ROOT, " %,.0f requests/s |", demand.requests()));
        }
        text.append(" How |\n|---|").append("---|".repeat(demands.size() + 1)).append('\n');
        for (int i = 0; i < plans.getFirst().size(); i++) {
            text.append("| ").append(plans.getFirst().get(i).what()).append(" |");
            for (List<FleetPlan.Line> plan : plans) {
                text.append(' ').append(plan.get(i).shown()).append(" |");
            }
            text.append(' ').append(plans.getFirst().get(i).formula()).append(" |\n");
        }
        return text.toString();
    }

    private static String number(double value) {
        return Math.abs(value) >= 100 ? String.format(Locale.ROOT, "%,.0f", value)
                : String.format(Locale.ROOT, "%.4g", value);
    }
}
