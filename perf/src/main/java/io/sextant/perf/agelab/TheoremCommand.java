package io.sextant.perf.agelab;

import io.sextant.configuration.command.SextantCommand;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ./sextant age-lab theorem}. */
@Command(name = "theorem", mixinStandardHelpOptions = true, version = "sextant age-lab 0.1.0", sortOptions = false, description = {
    "Theorem 1 of the paper on a net after its warm start: a gradient step against the adversarial",
    "one, and equation 17 as it is printed. Seconds."})
final class TheoremCommand extends SextantCommand {
    @Parameters(paramLabel = "FILE.yaml", arity = "0..1", description = "The experiment; its last row's net is trained.")
    private @Nullable Path file;

    @Option(names = "--set", paramLabel = "KEY=VALUE", description = "Another setting; repeatable.")
    private Map<String, String> settings = new LinkedHashMap<>();

    @Override
    public Integer call() {
        out().println(LabText.theorem(AgeLab.theorem(AgeLab.load(file, settings))));
        out().flush();
        return 0;
    }
}
