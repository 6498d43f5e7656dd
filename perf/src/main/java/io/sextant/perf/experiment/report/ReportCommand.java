package io.sextant.perf.experiment.report;

import io.sextant.perf.BenchFiles;
import io.sextant.perf.experiment.ExperimentJson;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ./sextant experiment report}: the page of an experiment that has been run. */
@Command(name = "report", mixinStandardHelpOptions = true, description = "Makes the page of an experiment from the JSON that run wrote.")
public final class ReportCommand implements Callable<Integer> {
    @Parameters(paramLabel = "RESULT.json", description = "What ./sextant experiment run --json wrote.")
    private Path json;

    @Option(names = "--html", required = true, paramLabel = "FILE", description = "Where the page goes.")
    private Path html;

    @Spec
    private CommandSpec spec;

    /** Picocli fills the options. */
    @SuppressWarnings("NullAway.Init")
    public ReportCommand() {}

    @Override
    public Integer call() throws IOException {
        BenchFiles.write(html, ExperimentHtml.text(ExperimentJson.read(json)));
        spec.commandLine().getOut().println("The page: " + html);
        spec.commandLine().getOut().flush();
        return 0;
    }
}
