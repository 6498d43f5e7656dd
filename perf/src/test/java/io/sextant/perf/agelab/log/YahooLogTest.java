package io.sextant.perf.agelab.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sextant.perf.agelab.world.Round;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class YahooLogTest {
    /** Made by hand in the log's form; no line is the log's. */
    private static final String DAY_1 = """
            1000000001 id-11 0 |user 1 7 136 |id-10 |id-11 |id-12
            1000000003 id-12 1 |user 1 |id-10 |id-12
            1000000004 id-99 0 |user 1 2 |id-10 |id-12
            """;
    private static final String DAY_2 = "1000086401 id-13 1 |user 1 3 |id-13 |id-11\n";

    @TempDir
    private Path folder;

    @Test
    void shouldReadDaysOneAfterTheOtherPlainAndCompressed() throws IOException {
        Path first = Files.writeString(folder.resolve("day1"), DAY_1);
        Path second = folder.resolve("day2.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(second))) {
            out.write(DAY_2.getBytes(StandardCharsets.US_ASCII));
        }
        Round round = YahooLog.newRound();
        try (YahooLog log = new YahooLog(List.of(first, second), 10)) {
            assertThat(log.next(round)).isTrue();
            assertThat(round.size).isEqualTo(3);
            assertThat(round.candidates).startsWith(0, 1, 2);
            assertThat(round.shown).isEqualTo(1);
            assertThat(round.clicked).isFalse();
            assertThat(round.timeMs).isZero();
            assertThat(round.request[0]).isZero();
            assertThat(round.request[6]).isZero();
            assertThat(round.request[135]).isZero();
            assertThat(round.request[1]).isEqualTo(Round.MISSING);

            assertThat(log.next(round)).isTrue();
            assertThat(round.candidates).startsWith(0, 2);
            assertThat(round.shown).isEqualTo(1);
            assertThat(round.clicked).isTrue();
            assertThat(round.request[6]).isEqualTo(Round.MISSING);

            // The line whose displayed article is none of the page's is left out.
            assertThat(log.next(round)).isTrue();
            assertThat(log.dropped()).isEqualTo(1);
            assertThat(round.number).isEqualTo(2);
            assertThat(round.candidates).startsWith(3, 1);
            assertThat(round.timeMs).isEqualTo(86_400_000);
            assertThat(log.next(round)).isFalse();
            assertThat(log.articles()).isEqualTo(4);
        }
    }

    @Test
    void shouldNameFileAndLineWhenALineIsMalformed() throws IOException {
        refused("1000000001 id-11 2 |user 1 |id-11", ":1: click is 2");
        refused("1000000001 id-11 0 |user 137 |id-11", ":1: has feature 137");
        refused("1000000001 id-11 0 |visitor 1 |id-11", ":1: is not");
        refused("soon id-11 0 |user 1 |id-11", ":1: time is");
        refused("1000000001 id-1 0 |user 1 |id-1 |id-2 |id-3", "--articles");
    }

    private void refused(String line, String message) throws IOException {
        Path file = Files.writeString(folder.resolve("bad"), line + "\n");
        try (YahooLog log = new YahooLog(List.of(file), 2)) {
            assertThatThrownBy(() -> log.next(YahooLog.newRound())).isInstanceOf(IOException.class)
                    .hasMessageContaining("bad:1").hasMessageContaining(message);
        }
    }
}
