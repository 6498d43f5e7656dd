package io.sextant.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.controller.ControllerCounter;
import io.sextant.trainer.TrainerCounter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The page of alarms against the counters that there are. */
class OperationsPageTest {
    private static final Path PAGE = Path.of("..", "docs", "operations.md");
    private static final String TRAINER = "\n## Trainer\n";

    @Test
    void shouldTellWhatToDoWhenAnyOfTheControllersCountersRises() throws IOException {
        String page = Files.readString(PAGE);

        assertThat(named("controller", page.replace(section(page), "")))
                .containsExactlyInAnyOrderElementsOf(names(ControllerCounter.values()));
    }

    @Test
    void shouldTellWhatToDoWhenAnyOfTheTrainersCountersRises() throws IOException {
        assertThat(named("trainer", section(Files.readString(PAGE))))
                .containsExactlyInAnyOrderElementsOf(names(TrainerCounter.values()));
    }

    private static String section(String page) {
        int from = page.indexOf(TRAINER);
        return page.substring(from, page.indexOf("\n## ", from + TRAINER.length()));
    }

    /* In full, or without what all have in common, after another of them. */
    private static Set<String> named(String process, String text) {
        return Pattern.compile("`(?:sextant_" + process + ")?_([a-z_]+)_total`").matcher(text).results()
                .map(found -> found.group(1)).collect(Collectors.toSet());
    }

    private static List<String> names(Enum<?>[] counters) {
        return Arrays.stream(counters).map(counter -> counter.name().toLowerCase(Locale.ROOT)).toList();
    }
}
