package io.sextant.perf.tune;

import io.sextant.configuration.command.FiguresOption;
import io.sextant.perf.experiment.ExperimentRuns;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of commands that run many experiments; a picocli mixin. */
final class SweepOptions {
    @Option(names = "--quick", description = "Two short runs each, to see that everything works: figures say little.")
    private boolean quick;

    @Option(names = "--threads", paramLabel = "N", description = "Threads to use; they change no figure. Default: as the experiment says.")
    private @Nullable Integer threads;

    @Option(names = "--set", paramLabel = "KEY=VALUE", description = "Another setting of the experiment, for example requests.online=100000, or of the market, for example market.rivals.median-cpm=40; repeatable.")
    private Map<String, String> settings = new LinkedHashMap<>();

    @Option(names = "--keep", paramLabel = "DIR", description = "Keeps every experiment's results in this folder, and takes from it what was found before under the same settings: so a run that was ended goes on.")
    private @Nullable Path keep;

    @Mixin
    private final FiguresOption figures = new FiguresOption();

    boolean quick() {
        return quick;
    }

    @Nullable
    Path keep() {
        return keep;
    }

    FiguresOption figures() {
        return figures;
    }

    /** Keys of the experiment that the command line sets; later ones win. */
    Map<String, String> overrides() {
        Map<String, String> overrides = new LinkedHashMap<>(quick ? ExperimentRuns.QUICK : Map.of());
        if (threads != null) {
            overrides.put("threads", Integer.toString(threads));
        }
        overrides.putAll(settings);
        return overrides;
    }
}
