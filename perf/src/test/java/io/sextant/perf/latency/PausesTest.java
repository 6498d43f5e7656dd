package io.sextant.perf.latency;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PausesTest {
    @Test
    void shouldTellPausesWhenAJvmIsAskedToRecord(@TempDir Path directory) throws Exception {
        // given: this very JVM
        Recording recording = Recording.start(ProcessHandle.current().pid(), directory.resolve("profile.jfr"));

        // when
        System.gc();
        Pauses pauses = recording.stop();

        // then: a full collection stops all threads at least once, whoever collects
        assertThat(pauses.collections()).isPositive();
        assertThat(pauses.collectionMs()).isPositive();
        assertThat(pauses.longestMs()).isPositive().isLessThanOrEqualTo(pauses.standingMs());
        assertThat(pauses.stalls()).isZero();
        assertThat(directory.resolve("profile.jfr")).isNotEmptyFile();
    }
}
