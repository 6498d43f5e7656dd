package io.sextant.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.controller.ControllerCounter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The page of alarms against the counters that there are. */
class OperationsPageTest {
    private static final Path PAGE = Path.of("..", "docs", "operations.md");
    /** In full, or without what all have in common, after another of them. */
    private static final Pattern NAMED = Pattern.compile("`(?:sextant_controller)?_([a-z_]+)_total`");

    @Test
    void shouldTellWhatToDoWhenAnyOfTheControllersCountersRises() throws IOException {
        Set<String> named = NAMED.matcher(Files.readString(PAGE)).results().map(found -> found.group(1))
                .collect(Collectors.toSet());

        assertThat(named).containsExactlyInAnyOrderElementsOf(Arrays.stream(ControllerCounter.values())
                .map(counter -> counter.name().toLowerCase(Locale.ROOT)).toList());
    }
}
