package io.sextant.abtesting.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OpenBanditReaderTest {
    private static final String HEADER = ",timestamp,item_id,position,click,propensity_score,user_feature_0,user_feature_1,"
            + "user_feature_2,user_feature_3,user-item_affinity_0\n";

    @TempDir
    private Path folder;

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("log.csv"), text);
    }

    @Test
    void shouldReadItemsPositionsAndRoundsWhenTheFileIsOpenBandit() throws Exception {
        LoggedDecisions log = OpenBanditReader.read(file(HEADER
                + "0,2019-11-24 00:03:13.442536+00:00,14,3,0,0.25,u,v,w,x,0.0\n"
                + "1,2019-11-24 00:03:13.442536+00:00,7,1,1,0.5,u,v,w,x,0.0\n"
                + "2,2019-11-24 00:04:00+00:00,14,1,0,0.25,u,v,w,y,0.0\n"));

        assertThat(log.size()).isEqualTo(3);
        assertThat(log.actionNames()).containsExactly("14", "7");
        assertThat(log.action(2)).isZero();
        assertThat(log.propensity(1)).isEqualTo(0.5);
        assertThat(log.rewards()).isEqualTo(1);
        assertThat(log.rounds()).isEqualTo(2);
        assertThat(log.strata()).containsExactly("3", "1");
        assertThat(log.timeMs(0)).isEqualTo(Instant.parse("2019-11-24T00:03:13.442Z").toEpochMilli());
        assertThat(log.contextValues()).isEqualTo(5);
    }

    @Test
    void shouldNameLineAndRemedyWhenARowIsSomethingElse() throws IOException {
        Path click = file(HEADER + "0,2019-11-24 00:03:13+00:00,14,3,2,0.25,u,v,w,x,0.0\n");
        assertThatThrownBy(() -> OpenBanditReader.read(click)).isInstanceOf(PolicyLogException.class)
                .hasMessageContaining("log.csv:2: click is 2");
        Path propensity = file(HEADER + "0,2019-11-24 00:03:13+00:00,14,3,1,0,u,v,w,x,0.0\n");
        assertThatThrownBy(() -> OpenBanditReader.read(propensity)).hasMessageContaining("propensity is 0.0");
        Path time = file(HEADER + "0,noon,14,3,1,0.5,u,v,w,x,0.0\n");
        assertThatThrownBy(() -> OpenBanditReader.read(time)).hasMessageContaining("noon");
        Path columns = file("item_id,click\n1,0\n");
        assertThatThrownBy(() -> OpenBanditReader.read(columns)).hasMessageContaining("no column user_feature_0");
        Path empty = file(HEADER);
        assertThatThrownBy(() -> OpenBanditReader.read(empty)).hasMessageContaining("there is no decision");
    }
}
