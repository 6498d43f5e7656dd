package io.sextant.perf.experiment.report;

import io.sextant.configuration.command.SextantCommand;
import io.sextant.perf.BenchFiles;
import io.sextant.perf.experiment.ExperimentJson;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ./sextant experiment report}: the page of an experiment that has been run. */
@Command(name = "report", mixinStandardHelpOptions = true, description = "Makes the page of an experiment from the JSON that run wrote.")
public final class ReportCommand extends SextantCommand {
    @Parameters(paramLabel = "RESULT.json", description = "What ./sextant experiment run --json wrote.")
    private Path json;

    @Option(names = "--html", required = true, paramLabel = "FILE", description = "Where the page goes.")
    private Path html;

    /** Picocli fills the options. */
    @SuppressWarnings("NullAway.Init")
    public ReportCommand() {}

    @Override
    public Integer call() throws IOException {
        BenchFiles.write("page", html, ExperimentHtml.text(ExperimentJson.read(json)), out());
        out().flush();
        return 0;
    }
}
