package io.sextant.controller.settings;

import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.protocol.snapshot.ExplorationChange;
import io.sextant.protocol.snapshot.SettingChange;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class SettingsWriterTest {
    @Test
    void shouldSayWhoWhenWhereAndEachKeyInTheAuditLine() {
        var change = ExplorationChange.newBuilder().setVersion(3).setChangedBy("ann")
                .setTimeMs(Instant.parse("2026-03-01T12:00:00Z").toEpochMilli())
                .addChange(SettingChange.newBuilder().setKey("passes").setOld("20").setNew("30"))
                .addChange(SettingChange.newBuilder().setKey("scale").setOld("probability").setNew("logit"));

        assertThat(SettingsWriter.auditLine(change.build(), "admin port, from 10.0.0.7")).isEqualTo(
                "exploration settings, version 3, 2026-03-01T12:00:00Z, by ann (admin port, from 10.0.0.7): "
                        + "passes 20 -> 30, scale probability -> logit");
        assertThat(SettingsWriter.auditLine(change.clearChange().build(), "file")).endsWith("(file): nothing differs");
    }
}
