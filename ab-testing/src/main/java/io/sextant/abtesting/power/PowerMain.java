package io.sextant.abtesting.power;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.github.freva.asciitable.AsciiTable;
import com.github.freva.asciitable.Column;
import com.github.freva.asciitable.HorizontalAlign;
import io.sextant.abtesting.statistics.MultipleArms;
import io.sextant.abtesting.statistics.PowerAnalysis;
import io.sextant.configuration.command.MistakeTeller;
import io.sextant.configuration.command.SextantCommand;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sextant power}: how many users, and days, an experiment on click-through rate takes. */
@Command(name = "sextant power", mixinStandardHelpOptions = true, version = "Sextant power 0.1.0", description = {
    "Tells how many units of allocation (users), and how many days, it takes to find a difference in",
    "click-through rate between an arm and control, and what traffic of some days finds.",
    "It holds for arms that do not change while they are measured. Arms that train models of their own",
    "differ between repetitions by more than their users tell."}, footer = {"",
        "For example: sextant power --rate 0.02 --impressions-per-unit 3 --units-per-day 200000 --arms 3",
        "Exit codes: 0 done; 1 the JSON file cannot be written; 2 the command line cannot be used."})
public final class PowerMain extends SextantCommand {
    private static final int FAILED = 1;
    private static final List<Double> DAYS = List.of(1.0, 7.0, 14.0, 28.0);

    @Option(names = "--rate", required = true, paramLabel = "SHARE", description = "Clicks an impression in control, for example 0.02.")
    private double rate;

    @Option(names = "--impressions-per-unit", defaultValue = "1", paramLabel = "MEAN", description = "Impressions that a unit sees while the experiment runs; default ${DEFAULT-VALUE}.")
    private double impressionsPerUnit;

    @Option(names = "--design-effect", defaultValue = "1.5", paramLabel = "FACTOR", description = "How many times the variance is what it would be if impressions of one unit were independent; default ${DEFAULT-VALUE}.")
    private double designEffect;

    @Option(names = "--arms", defaultValue = "2", paramLabel = "NUMBER", description = "Arms with equal shares, control included; each is held against control, all intervals together. Default ${DEFAULT-VALUE}.")
    private int arms;

    @Option(names = "--effects", split = ",", defaultValue = "0.01,0.02,0.05,0.1", paramLabel = "SHARE", description = "Relative differences to find; default ${DEFAULT-VALUE}.")
    private List<Double> effects = List.of();

    @Option(names = "--power", defaultValue = "0.8", paramLabel = "SHARE", description = "Chance of finding one that is there; default ${DEFAULT-VALUE}.")
    private double power;

    @Option(names = "--level", defaultValue = "0.95", paramLabel = "SHARE", description = "Confidence of the intervals; default ${DEFAULT-VALUE}.")
    private double level;

    @Option(names = "--units-per-day", paramLabel = "NUMBER", description = "New units a day, of all arms together; adds days to the table.")
    private double unitsPerDay;

    @Option(names = "--json", paramLabel = "FILE", description = "Also writes the figures to this file.")
    private @Nullable Path json;

    private PowerMain() {}

    /** What goes to the JSON file. */
    private record Answer(@JsonProperty("relative_variance") double relativeVariance,
            @JsonProperty("level_of_each") double levelOfEach, @JsonProperty("plans") List<Plan> plans) {}

    /** Runs the command and ends the JVM with its exit code. */
    public static void main(String[] args) {
        System.exit(execute(args, new PrintWriter(System.out, true, StandardCharsets.UTF_8),
                new PrintWriter(System.err, true, StandardCharsets.UTF_8)));
    }

    /** Runs the command; the exit code. */
    static int execute(String[] args, PrintWriter out, PrintWriter err) {
        return new CommandLine(new PowerMain()).setParameterExceptionHandler(new MistakeTeller()).setOut(out)
                .setErr(err).execute(args);
    }

    @Override
    public Integer call() {
        refuse(!(rate > 0 && rate < 1), "--rate", rate, "above 0 and below 1");
        refuse(!(impressionsPerUnit > 0), "--impressions-per-unit", impressionsPerUnit, "above 0");
        refuse(!(designEffect >= 1), "--design-effect", designEffect, "at least 1");
        refuse(arms < 2, "--arms", arms, "at least 2");
        refuse(!(power > 0 && power < 1), "--power", power, "above 0 and below 1");
        refuse(!(level > 0 && level < 1), "--level", level, "above 0 and below 1");
        refuse(!(unitsPerDay >= 0), "--units-per-day", unitsPerDay, "at least 0");
        effects.forEach(effect -> refuse(!(effect > -1 && effect != 0), "--effects", effect, "above -1 and not 0"));

        double share = 1.0 / arms;
        double each = MultipleArms.each(level, arms - 1);
        var analysis = new PowerAnalysis(PowerAnalysis.ofRate(rate, impressionsPerUnit, designEffect), share, share,
                each);
        List<Plan> plans = effects.stream().map(effect -> Plan.of(analysis, effect, power, unitsPerDay)).toList();
        PrintWriter out = out();
        out.printf(Locale.ROOT,
                "%d arms of equal shares, each against control: intervals of %.4g %%, found with %.4g %%%n",
                arms, 100 * each, 100 * power);
        out.println(table(plans));
        if (unitsPerDay > 0) {
            for (double days : DAYS) {
                out.printf(Locale.ROOT, "%3.0f days find %+.2f %%%n", days,
                        100 * analysis.smallestEffect(days * unitsPerDay, power));
            }
        }
        return write(new Answer(analysis.relativeVariance(), each, plans));
    }

    private static String table(List<Plan> plans) {
        return AsciiTable.getTable(AsciiTable.BASIC_ASCII_NO_DATA_SEPARATORS, plans, List.of(
                new Column().header("effect").dataAlign(HorizontalAlign.RIGHT)
                        .with(plan -> String.format(Locale.ROOT, "%+.2f %%", 100 * plan.effect())),
                new Column().header("units in all arms").dataAlign(HorizontalAlign.RIGHT)
                        .with(plan -> String.format(Locale.ROOT, "%,d", plan.units())),
                new Column().header("days").dataAlign(HorizontalAlign.RIGHT)
                        .with(plan -> plan.days() == null ? "-" : String.format(Locale.ROOT, "%.1f", plan.days()))));
    }

    private int write(Answer answer) {
        if (json == null) {
            return 0;
        }
        try {
            Files.write(json, JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build()
                    .writeValueAsBytes(answer));
            return 0;
        } catch (IOException e) {
            err().println(json + " cannot be written: " + e.getMessage());
            return FAILED;
        }
    }
}
