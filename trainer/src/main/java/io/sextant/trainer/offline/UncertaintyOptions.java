package io.sextant.trainer.offline;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What uncertainty is shown by; a picocli mixin. */
final class UncertaintyOptions {
    @Option(names = "--exposure-field", paramLabel = "NAME", description = "The field whose exposures in training uncertainty is shown by, or rarest: the rarest of the request's values. Default: site, or rarest where there is no site.")
    private @Nullable String field;

    @Option(names = "--uncertainty-sample", paramLabel = "N", defaultValue = "20000", description = "Impressions whose uncertainty is measured at most. Default: ${DEFAULT-VALUE}.")
    private int looked;

    Optional<String> field() {
        return Optional.ofNullable(field);
    }

    int looked() {
        return looked;
    }
}
