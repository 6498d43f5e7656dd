package io.sextant.perf.agelab.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sextant.perf.agelab.log.CoatRatings.Rating;
import io.sextant.perf.agelab.world.Round;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CoatRatingsTest {
    @TempDir
    private Path folder;

    private void write(String train) throws IOException {
        Files.writeString(folder.resolve("train.ascii"), train);
        Files.writeString(folder.resolve("test.ascii"), "0 4 1\n5 0 3\n");
        Files.writeString(folder.resolve("user_features.ascii"), "1 0\n0 1\n");
        Files.writeString(folder.resolve("item_features.ascii"), "1 0\n0 1\n0 0\n");
    }

    @Test
    void shouldTellWhatIsLikedFromFourOn() throws IOException {
        write("3 0 0\n0 4 5\n");

        CoatRatings ratings = CoatRatings.read(folder);

        assertThat(ratings.chosen()).containsExactly(new Rating(0, 0, false), new Rating(1, 1, true),
                new Rating(1, 2, true));
        assertThat(ratings.drawn()).containsExactly(List.of(new Rating(0, 1, true), new Rating(0, 2, false)),
                List.of(new Rating(1, 0, true), new Rating(1, 2, false)));
        assertThat(ratings.users().get(1)).containsExactly(1, Round.MISSING, 0);
        assertThat(ratings.items().get(0)).containsExactly(0, Round.MISSING);
        assertThat(ratings.userMaxs()).containsExactly(2, 1, 1);
    }

    @Test
    void shouldNameThePlaceWhenAFileIsWrong() throws IOException {
        write("3 0 0\n0 4 6\n");
        assertThatThrownBy(() -> CoatRatings.read(folder)).hasMessageContaining("train.ascii:2: column 3 is \"6\"");
        write("3 0\n0 4\n");
        assertThatThrownBy(() -> CoatRatings.read(folder)).hasMessageContaining("2 ratings");
        Files.delete(folder.resolve("test.ascii"));
        write("3 0 0\n");
        assertThatThrownBy(() -> CoatRatings.read(folder)).hasMessageContaining("1 lines");
    }
}
