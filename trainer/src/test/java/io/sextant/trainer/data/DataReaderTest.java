package io.sextant.trainer.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sextant.fixtures.ipinyou.BidLogReader;
import io.sextant.fixtures.ipinyou.LoggedAuction;
import io.sextant.model.feature.AdFeatures;
import io.sextant.model.feature.FeatureEncoder;
import io.sextant.model.feature.FeatureSchema;
import io.sextant.model.feature.FeatureSchemas;
import io.sextant.model.feature.UserAgents;
import io.sextant.protocol.event.Example;
import io.sextant.trainer.Samples;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DataReaderTest {
    private static final FeatureSchema STANDARD = FeatureSchemas.standard();
    /** Made up for this test, in the shape of the log; the second is the earlier one. */
    private static final String LOG_CLICK = "1\t2\t13\tbid01\t20131022135101295\t1\tUSER7\twindows_chrome\t192.0.2.*\t216\t220"
            + "\t2\tdomain01\turl01\tnull\tslot01\t300\t250\tFirstView\tNa\t70\t7319\t277\t205\tkey01\t2259\t10083,10006";
    private static final String LOG_EARLIER = "0\t6\t00\tbid02\t20131019005808617\t1\tnull\tandroid_safari\t192.0.2.*\t216"
            + "\t217\t3\tnull\tnull\tnull\tslot02\t160\t600\tNa\tNa\t0\t7323\t294\t50\tnull\t2259\tnull";

    @TempDir
    private Path folder;

    private Path file(String name, String... lines) throws IOException {
        return Files.writeString(folder.resolve(name), String.join("\n", lines) + "\n");
    }

    private Path gzip(String name, String... lines) throws IOException {
        Path file = folder.resolve(name);
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write((String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8));
        }
        return file;
    }

    private static DataSet read(ReadOptions options, Path... files) throws Exception {
        var reader = new DataReader(InputFiles.of(List.of(files), Optional.empty()), options);
        return reader.read(reader.schema(STANDARD));
    }

    private static int[] row(DataSet data, int number) {
        int[] row = new int[data.schema().size()];
        data.features(number, row, 0);
        return row;
    }

    private static ReadOptions withAds(String... fields) {
        ReadOptions plain = ReadOptions.standard();
        return new ReadOptions(plain.badLinesMax(), plain.rowsMax(), Set.of(fields), null, List.of());
    }

    private static ReadOptions withGroups(String... groups) {
        ReadOptions plain = ReadOptions.standard();
        return new ReadOptions(plain.badLinesMax(), plain.rowsMax(), plain.adFields(), null,
                Arrays.stream(groups).map(ReadOptions.IndexGroup::parse).toList());
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {"1 0:3:1 1:7:0.5;libffm", "-1 3:1 17:0.25;libsvm", "+1 3:1;libsvm",
        "0 70 0.0021;ctr-columns", "1,5,1e-3,8;ctr-columns"})
    void shouldGuessTheFormatWhenItIsNotNamed(String line, String format) throws Exception {
        assertThat(InputFiles.of(List.of(gzip("data.gz", line)), Optional.empty()).format()).hasToString(format);
    }

    @Test
    void shouldNameFileAndRemedyWhenNoFormatFits() throws IOException {
        Path file = file("notes.txt", "Dear diary");
        assertThatThrownBy(() -> InputFiles.of(List.of(file), Optional.empty())).isInstanceOf(DataException.class)
                .hasMessageContaining(file + ":1").hasMessageContaining("--format");
        assertThatThrownBy(() -> InputFiles.of(List.of(folder.resolve("none")), Optional.empty()))
                .isInstanceOf(DataException.class).hasMessageContaining("no such file");
        Path ffm = file("a.ffm", "1 0:3:1");
        assertThatThrownBy(() -> InputFiles.of(List.of(ffm, file("b.svm", "1 3:1")), Optional.empty()))
                .isInstanceOf(DataException.class).hasMessageContaining("looks like libsvm")
                .hasMessageContaining("libffm");
    }

    @Test
    void shouldTakeAFoldersFilesByNameWhenADirectoryIsGiven() throws Exception {
        file("b.ffm", "0 0:2:1");
        file("a.ffm", "1 0:1:1");
        file(".hidden", "Dear diary");
        DataSet data = read(ReadOptions.standard(), folder);
        assertThat(data.size()).isEqualTo(2);
        assertThat(data.click(0)).isTrue();
        assertThat(data.click(1)).isFalse();
    }

    @Test
    void shouldMakeASchemaOfTheirFieldsWhenLinesAreLibffm() throws Exception {
        Path file = file("data.ffm", "1 10:5:1 2:7:1 3:9:1", "0 2:7:1 10:6:1", "-1 2:8:1 3:9:1 10:5:0");

        DataSet data = read(withAds("field-3"), file);

        FeatureSchema schema = data.schema();
        assertThat(schema.fields()).extracting(FeatureSchema.Field::name).containsExactly("field-2", "field-10",
                "field-3");
        assertThat(schema.fields()).extracting(FeatureSchema.Field::ad).containsExactly(false, false, true);
        assertThat(List.of(data.click(0), data.click(1), data.click(2))).containsExactly(true, false, false);
        assertThat(row(data, 0)[0]).isEqualTo(row(data, 1)[0]).isNotEqualTo(row(data, 2)[0]);
        assertThat(row(data, 0)[1]).isNotEqualTo(row(data, 1)[1]);
        assertThat(row(data, 1)[2]).as("no entry").isEqualTo(schema.missingIndex(2));
        assertThat(row(data, 2)[1]).as("a value of 0").isEqualTo(schema.missingIndex(1));
        for (int i = 0; i < data.size(); i++) {
            for (int field = 0; field < schema.size(); field++) {
                assertThat(schema.fieldOf(row(data, i)[field])).isEqualTo(field);
            }
        }
    }

    @Test
    void shouldTellNumbersAndSetsApartWhenEntriesHaveThem() throws Exception {
        DataSet data = read(ReadOptions.standard(), file("data.ffm", "1 0:5:1", "0 0:5:8", "0 0:5:8.1", "0 0:5:-8",
                "0 0:5:1 0:6:1", "0 0:6:1 0:5:1"));
        int[] values = new int[6];
        for (int i = 0; i < values.length; i++) {
            values[i] = row(data, i)[0];
        }
        // 8 and 8.1 are one class, everything else differs; a set does not depend on its order.
        assertThat(values[1]).isEqualTo(values[2]);
        assertThat(values[4]).isEqualTo(values[5]);
        assertThat(Arrays.stream(values).distinct().count()).isEqualTo(4);
    }

    @Test
    void shouldGiveDataWithoutAdsAnAdThatIsAlwaysMissing() throws Exception {
        DataSet data = read(ReadOptions.standard(), file("data.svm", "1 3:1 17:1", "0 4:1 17:1"));
        assertThat(data.schema().fields()).extracting(FeatureSchema.Field::name).containsExactly("position-0",
                "position-1", "ad");
        assertThat(row(data, 0)[2]).isEqualTo(data.schema().missingIndex(2));
    }

    @Test
    void shouldAskForFieldsWhenLibsvmLinesAreOfDifferentLength() throws Exception {
        Path file = file("data.svm", "1 3:1 17:1", "0 4:1");
        ReadOptions strict = new ReadOptions(0, Long.MAX_VALUE, Set.of(), null, List.of());
        assertThatThrownBy(() -> read(strict, file)).isInstanceOf(DataException.class)
                .hasMessageContaining(file + ":2: has 1 entries").hasMessageContaining("--feature-index or --groups");

        DataSet data = read(withGroups("hour=0-9", "creative=10-19"), file);
        assertThat(data.schema().fields()).extracting(FeatureSchema.Field::name).containsExactly("hour", "creative");
        assertThat(data.schema().adFields()).isEqualTo(1);
        assertThat(row(data, 1)[1]).isEqualTo(data.schema().missingIndex(1));
    }

    @Test
    void shouldTakeFieldsFromAFeatureIndexWhenThereIsOne() throws Exception {
        Path index = gzip("index.gz", "hour:13\t3", "hour:14\t4", "creative:77\t17");
        ReadOptions options = new ReadOptions(0, Long.MAX_VALUE, ReadOptions.AD_FIELDS, index, List.of());
        DataSet data = read(options, file("data.svm", "1 17:1 3:1", "0 4:1"));
        assertThat(data.schema().fields()).extracting(FeatureSchema.Field::name).containsExactly("hour", "creative");
        Path unknown = file("unknown.svm", "1 99:1");
        assertThatThrownBy(() -> read(options, unknown)).hasMessageContaining(unknown + ":1: the index 99 is not in");
    }

    @Test
    void shouldEncodeAsABidderDoesWhenLinesAreALog() throws Exception {
        Path file = gzip("log.txt.gz", LOG_CLICK, LOG_EARLIER);

        DataSet data = read(ReadOptions.standard(), file);

        assertThat(data.schema()).isEqualTo(STANDARD);
        assertThat(data.clicks(0, 2)).isEqualTo(1);
        assertThat(data.click(1)).as("the click is the later one").isTrue();
        assertThat(data.timeMs(0)).isLessThan(data.timeMs(1));
        assertThat(data.exchanges().get(data.exchange(0))).isEqualTo("ipinyou-3");
        var encoder = new FeatureEncoder(STANDARD, new UserAgents(10));
        int[] request = new int[STANDARD.requestFields()];
        int[] ad = new int[STANDARD.adFields()];
        try (var log = new BidLogReader(file, 100)) {
            LoggedAuction auction = log.next().orElseThrow();
            encoder.encodeRequest(auction.request(), auction.request().getImp(0), "ipinyou-2", auction.timeMs(),
                    request);
        }
        encoder.encodeAd(new AdFeatures("2259", "2259", "7319", 300, 250, "banner", "", "key01", ""), ad);
        assertThat(Arrays.copyOf(row(data, 1), request.length)).isEqualTo(request);
        assertThat(Arrays.copyOfRange(row(data, 1), request.length, STANDARD.size())).isEqualTo(ad);
    }

    @Test
    void shouldCountBadLinesAndStopWhenThereAreTooMany() throws Exception {
        Path file = file("log.txt", LOG_CLICK, LOG_EARLIER.replace("20131019005808617", "yesterday"), LOG_EARLIER);
        DataSet data = read(ReadOptions.standard(), file);
        assertThat(data.size()).isEqualTo(2);
        assertThat(data.badLines()).isEqualTo(1);
        assertThat(data.problems()).singleElement().asString().startsWith(file + ":2: column 4 (timestamp)");

        ReadOptions strict = new ReadOptions(0, Long.MAX_VALUE, Set.of(), null, List.of());
        assertThatThrownBy(() -> read(strict, file)).isInstanceOf(DataException.class)
                .hasMessageContaining(file + ":2:").hasMessageContaining("--bad-lines-max");
    }

    @Test
    void shouldStopAtTheLimitWhenThereIsOne() throws Exception {
        Path file = file("data.ffm", "1 0:1:1", "0 0:2:1", "0 0:3:1");
        assertThat(read(new ReadOptions(0, 2, Set.of(), null, List.of()), file).size()).isEqualTo(2);
    }

    private Path examples(Example... examples) throws IOException {
        Path file = folder.resolve("control.examples.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            for (Example example : examples) {
                example.writeDelimitedTo(out);
            }
        }
        return file;
    }

    private static DataSet readExamples(ReadOptions options, Path file) throws Exception {
        InputFiles files = InputFiles.of(List.of(file), Optional.empty());
        assertThat(files.format()).isEqualTo(DataFormat.EXAMPLES);
        return new DataReader(files, options).read(Samples.schema());
    }

    @Test
    void shouldKeepWhatIsRightInTheEndWhenAPairCorrectsALabel() throws Exception {
        Example missed = Samples.builder("control", 1).setClick(false).setExchange("adx").build();
        Path file = examples(missed, Samples.builder("control", 2).setClick(false).build(),
                missed.toBuilder().setWeight(-1).build(), missed.toBuilder().setClick(true).build());

        DataSet data = readExamples(ReadOptions.standard(), file);

        assertThat(data.size()).isEqualTo(2);
        assertThat(data.click(0)).isTrue();
        assertThat(data.timeMs(0)).isEqualTo(missed.getImpressionTimeMs());
        assertThat(data.exchanges().get(data.exchange(0))).isEqualTo("adx");
        assertThat(data.click(1)).isFalse();
        assertThat(row(data, 0)).isEqualTo(missed.getFeatureList().stream().mapToInt(Integer::intValue).toArray());
    }

    @Test
    void shouldNameTheRemedyWhenExamplesCannotBeUsed() throws Exception {
        ReadOptions strict = new ReadOptions(0, Long.MAX_VALUE, Set.of(), null, List.of());
        Path foreign = examples(Samples.builder("control", 1).setSchemaFingerprint(42).build());
        assertThatThrownBy(() -> readExamples(strict, foreign)).isInstanceOf(DataException.class)
                .hasMessageContaining(foreign + ":1").hasMessageContaining("schema 2a")
                .hasMessageContaining("model.rows-factor");
        Path cut = folder.resolve("cut.examples");
        byte[] whole;
        try (var buffer = new ByteArrayOutputStream()) {
            Samples.example("control", 1).writeDelimitedTo(buffer);
            Samples.example("control", 2).writeDelimitedTo(buffer);
            whole = buffer.toByteArray();
        }
        Files.write(cut, Arrays.copyOf(whole, whole.length - 3));
        assertThatThrownBy(() -> readExamples(strict, cut)).isInstanceOf(DataException.class)
                .hasMessageContaining(cut + ":2").hasMessageContaining("cut or damaged");
    }

    @Test
    void shouldReadClickAndPredictionWhenLinesAreColumns() throws Exception {
        InputFiles files = InputFiles.of(List.of(file("p.txt", "0 70 0.0021", "1\t6\t3e-3\t9", "1,2,0.5", "2 1 0.5",
                "0 1 1.5", "0 1")), Optional.empty());
        CtrColumns columns = CtrColumns.read(files, ReadOptions.standard());
        assertThat(columns.size()).isEqualTo(3);
        assertThat(columns.badLines()).isEqualTo(3);
        assertThat(List.of(columns.click(0), columns.click(1), columns.click(2))).containsExactly(false, true, true);
        assertThat(columns.prediction(1)).isEqualTo(0.003);
        ReadOptions strict = new ReadOptions(0, Long.MAX_VALUE, Set.of(), null, List.of());
        assertThatThrownBy(() -> CtrColumns.read(files, strict)).hasMessageContaining(":4: the click is \"2\"");
    }
}
