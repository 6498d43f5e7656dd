package io.sextant.perf.agelab;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ./sextant age-lab theorem}. */
@Command(name = "theorem", mixinStandardHelpOptions = true, version = "sextant age-lab 0.1.0", sortOptions = false, description = {
    "Theorem 1 of the paper on a net after its warm start: a gradient step against the adversarial",
    "one, and equation 17 as it is printed. Seconds."})
final class TheoremCommand implements Runnable {
    @Parameters(paramLabel = "FILE.yaml", arity = "0..1", description = "The experiment; its last row's net is trained.")
    private @Nullable Path file;

    @Option(names = "--set", paramLabel = "KEY=VALUE", description = "Another setting; repeatable.")
    private Map<String, String> settings = new LinkedHashMap<>();

    @Spec
    private CommandSpec spec;

    /** Picocli fills the options. */
    @SuppressWarnings("NullAway.Init")
    TheoremCommand() {}

    @Override
    public void run() {
        spec.commandLine().getOut().println(LabText.theorem(AgeLab.theorem(AgeLab.load(file, settings))));
        spec.commandLine().getOut().flush();
    }
}
