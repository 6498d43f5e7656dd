package io.sextant.bidder.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import io.sextant.bidder.decision.DecisionDirectory;
import io.sextant.bidder.decision.SegmentReader;
import io.sextant.protocol.event.BidEvent;
import io.sextant.protocol.event.TableState;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a running bidder has kept comes out the same, and what was tampered with does not. */
class ReplayBidsTest {
    private static final long CHILD_S = 180;

    @TempDir
    private static Path home;

    private static Path log = Path.of("");

    @TempDir
    private Path folder;

    private record Ended(int exitCode, String out, String err) {}

    @BeforeAll
    static void runABidder() throws Exception {
        log = home.resolve("log");
        LoggedRun.into(Files.createDirectories(home.resolve("bidder")), log);
    }

    @Test
    void shouldComeOutTheSameWhenNothingWasTouched() throws IOException {
        List<BidEvent> events = events(log);
        assertThat(new DecisionDirectory(log).segments()).as("segments of two processes").hasSizeGreaterThan(2);
        assertThat(distinct(events, event -> event.getBid().getArm()))
                .containsExactlyInAnyOrder("control", "random", "uncertainty", "bound", "uniform", "placebo",
                        "neutral", "epsilon", "refined", "process");
        for (String arm : List.of("epsilon", "refined", "process")) {
            assertThat(events).as(arm).filteredOn(event -> event.getBid().getArm().equals(arm))
                    .anyMatch(event -> event.getExploredPctr() != event.getPlainPctr());
        }
        assertThat(distinct(events, event -> event.getBid().getArm() + event.getBid().getModelVersion()))
                .contains("uncertainty0", "uncertainty1", "uncertainty2", "random1", "control0");
        assertThat(distinct(events, BidEvent::getCatalogueSha256)).hasSize(2);
        assertThat(distinct(events, BidEvent::getSettingsId)).hasSize(2);
        assertThat(distinct(events, BidEvent::getTableState)).containsExactlyInAnyOrder(TableState.TABLE_NONE,
                TableState.TABLE_IN_FORCE, TableState.TABLE_EXPIRED);
        assertThat(events).as("before there are leases").anyMatch(event -> event.getReservationsRefused() > 0);
        assertThat(events).filteredOn(event -> event.getBid().getArm().equals("random")).as("nothing left of poor's")
                .anyMatch(event -> !event.getPermitted().isEmpty());
        assertThat(events).filteredOn(event -> event.getBid().getLeaseId() != 0).isNotEmpty()
                .allMatch(
                        event -> event.getBid().getCampaignId().equals("poor") && event.getBid().getReservation() != 0);
        assertThat(events).filteredOn(event -> event.getBid().getArm().equals("uncertainty")
                && event.getBid().getCampaignId().equals("poor")).as("held back, not always").isNotEmpty();
        assertThat(distinct(events, BidEvent::getNoBidReason)).contains("", "TIMEOUT", "BELOW_FLOOR", "NO_CREATIVE",
                "LEDGER_SILENT");
        assertThat(events.stream().filter(event -> event.getBid().getArm().equals("uncertainty"))
                .map(BidEvent::getModifier).filter(modifier -> modifier > 0.5 && modifier < 3 && modifier != 1)
                .distinct().count()).as("modifiers by uncertainty").isGreaterThan(20);
        assertThat(events.stream().filter(event -> event.getBid().getArm().equals("placebo"))
                .map(BidEvent::getModifier).distinct().count()).as("modifiers by rank").isGreaterThan(3);
        assertThat(events).filteredOn(BidEvent::hasRanked).isNotEmpty()
                .allMatch(event -> event.getBid().getArm().equals("placebo"));
        assertThat(events).filteredOn(event -> event.getBid().getArm().equals("uniform")).map(BidEvent::getModifier)
                .contains(1.0).anyMatch(modifier -> modifier > 1.05);
        assertThat(events.stream().filter(event -> event.getBid().getArm().equals("neutral")
                && event.getNoBidReason().isEmpty()).map(event -> event.getBid().getCreativeId()).distinct().count())
                .as("creatives by chance").isGreaterThan(2);
        assertThat(distinct(events, event -> event.getExploredPctr() != event.getPlainPctr())).contains(true);
        assertThat(distinct(events, BidEvent::getImpIndex)).contains(0, 1);
        assertThat(distinct(events, BidEvent::getDealId)).as("open auction and deals").hasSizeGreaterThan(1);
        assertThat(distinct(events, event -> event.getBid().getCurrency())).contains("", "EUR");

        assertThat(distinct(events, BidEvent::getRatesFingerprint)).as("settings, and a file twice").hasSize(3);
        assertThat(events).filteredOn(BidEvent::hasLoweredCpmMicros).as("shaded").hasSizeGreaterThan(20)
                .allMatch(event -> event.getLoweredCpmMicros() == event.getBid().getBidCpmMicros()
                        && event.getLoweredCpmMicros() < event.getBid().getValueCpmMicros()
                        && event.getLoweredCpmMicros() >= event.getFloorCpmMicros() && event.getBid().getFirstPrice());

        ReplayReport report = replay(log);

        long late = events.stream().filter(event -> event.getNoBidReason().equals("TIMEOUT")).count();
        assertThat(report.decisions()).isEqualTo(events.size());
        assertThat(report.notRecomputable()).isEqualTo(late).isPositive();
        assertThat(report.recomputed()).isEqualTo(events.size() - late);
        assertThat(report.mismatches()).isZero();
        assertThat(report.withoutState()).isZero();
        assertThat(report.cuts()).isEmpty();
        assertThat(report.good()).isTrue();
    }

    /** Or who estimates from the log what another share earns would count what ended early as decisions not to explore. */
    @Test
    void shouldTellHowLikelyExploringWasOnlyWhereItWasDrawn() throws IOException {
        List<BidEvent> events = events(log);
        List<BidEvent> drawn = events.stream().filter(event -> event.getExploreShare() > 0).toList();

        assertThat(events).as("nothing to show, nobody to pay, no model").filteredOn(event -> Set
                .of("NO_CREATIVE", "LEDGER_SILENT").contains(event.getNoBidReason())
                || event.getBid().getArm().equals("neutral"))
                .isNotEmpty().allMatch(event -> event.getExploreShare() == 0 && !event.getInExploreShare());
        assertThat(distinct(drawn, BidEvent::getExploreShare)).containsExactly(0.8);
        assertThat((double) drawn.stream().filter(BidEvent::getInExploreShare).count())
                .isCloseTo(0.8 * drawn.size(), within(4 * Math.sqrt(0.8 * 0.2 * drawn.size())));
        assertThat(drawn).hasSizeGreaterThan(200);
    }

    /** The bidder ran in this JVM, on whatever kernels are the machine's best. */
    @ParameterizedTest
    @ValueSource(strings = {"-Dsextant.kernels=plain", "-Dsextant.vector-bits=128", "-Dsextant.vector-bits=256",
        "-Dsextant.vector-bits=512"})
    void shouldComeOutTheSameInAFreshJvmOnOtherKernels(String option) throws Exception {
        Path json = folder.resolve("report.json");

        Ended ended = freshJvm(option, "--log", log.toString(), "--json", json.toString());

        assertThat(ended.exitCode()).as(ended.out() + ended.err()).isZero();
        JsonNode report = new ObjectMapper().readTree(Files.readString(json));
        assertThat(report.path("mismatches").asInt(-1)).isZero();
        assertThat(report.path("decisions").asLong()).isEqualTo(events(log).size());
        assertThat(report.path("recomputed").asLong() + report.path("not_recomputable").asLong())
                .isEqualTo(report.path("decisions").asLong());
        assertThat(report.path("kernels").asText())
                .isEqualTo(option.endsWith("plain") ? "plain" : "vector, " + option.replaceAll("\\D", "") + " bits");
    }

    @Test
    void shouldReportOneMismatchOfTheModifierWhenOneBitOfItWasFlipped() throws IOException {
        tamper(event -> event.getModifier() != 1 && event.getNoBidReason().isEmpty(), event -> event.toBuilder()
                .setModifier(Double.longBitsToDouble(Double.doubleToLongBits(event.getModifier()) ^ 1)).build());

        ReplayReport report = replay(folder);

        assertThat(report.mismatches()).isOne();
        assertThat(report.mismatchesByKind()).containsExactly(Map.entry("modifier", 1L));
        assertThat(report.good()).isFalse();
    }

    @Test
    void shouldReportOneMismatchOfThePriceWhenAnotherPriceWasWritten() throws IOException {
        tamper(event -> event.getNoBidReason().isEmpty(),
                event -> event.toBuilder().setPriceMicros(event.getPriceMicros() + 1).build());

        Ended ended = here("--log", folder.toString());

        assertThat(ended.exitCode()).isEqualTo(1);
        assertThat(ended.out()).contains(" 1 mismatches").contains("price_micros was ")
                .containsPattern("price +1\\R");
    }

    @Test
    void shouldReportOneMismatchWhenTheRequestIsNone() throws IOException {
        tamper(_ -> true, event -> event.toBuilder()
                .setRequest(ByteString.copyFromUtf8("no request")).build());

        assertThat(replay(folder).mismatchesByKind()).containsExactly(Map.entry("error", 1L));
    }

    @Test
    void shouldReadUpToTheCutWhenTheLastSegmentBreaksOff() throws IOException {
        copy(log, folder);
        Path last = new DecisionDirectory(folder).segments().getLast();
        byte[] whole = Files.readAllBytes(last);
        Files.write(last, Arrays.copyOf(whole, whole.length - whole.length / 3));
        int left = events(folder).size();

        Ended ended = here("--log", folder.toString());

        assertThat(left).isPositive().isLessThan(events(log).size());
        assertThat(ended.exitCode()).as("what can be read is as it was").isZero();
        assertThat(ended.out()).contains(last + ": it breaks off after ", "are no whole decision",
                String.format(Locale.ROOT, "%,d decisions, ", left));
    }

    @Test
    void shouldFailAndSayWhereWhenASegmentIsDamaged() throws IOException {
        copy(log, folder);
        Path first = new DecisionDirectory(folder).segments().getFirst();
        byte[] bytes = Files.readAllBytes(first);
        bytes[bytes.length / 2] ^= 0x55;
        Files.write(first, bytes);

        Ended ended = here("--log", folder.toString());

        assertThat(ended.exitCode()).isEqualTo(1);
        assertThat(ended.out()).contains(first.toString(), "damaged");
    }

    @ParameterizedTest
    @ValueSource(strings = {"catalogues", "models/uncertainty", "snapshots", "settings", "rates"})
    void shouldNamePlaceAndRemedyWhenSomethingIsMissing(String place) throws IOException {
        copy(log, folder);
        Path victim;
        try (Stream<Path> files = Files.list(folder.resolve(place))) {
            victim = files.sorted().findFirst().orElseThrow();
        }
        delete(victim);

        ReplayReport report = replay(folder);

        assertThat(report.withoutState()).isPositive();
        assertThat(report.recomputed()).as("the others").isPositive();
        assertThat(report.mismatches()).isZero();
        assertThat(report.missing()).singleElement().asString().startsWith(victim + ": ").contains("is missing; copy");
        assertThat(report.good()).isFalse();
    }

    @Test
    void shouldRefuseADirectoryThatIsNone() {
        Ended ended = here("--log", folder.toString());

        assertThat(ended.exitCode()).isEqualTo(2);
        assertThat(ended.err()).contains("--log is " + folder, "must be a directory of decisions");
    }

    @Test
    void shouldNotPassWhenThereIsNothingToCompare() throws IOException {
        Files.createDirectory(folder.resolve("bids"));

        Ended ended = here("--log", folder.toString());

        assertThat(ended.exitCode()).isEqualTo(1);
        assertThat(ended.out()).contains("There is no decision here");
    }

    private static ReplayReport replay(Path directory) throws IOException {
        return new DecisionReplay(new DecisionDirectory(directory), _ -> {}, _ -> {}).run("test");
    }

    private static Ended here(String... arguments) {
        var out = new StringWriter();
        var err = new StringWriter();
        int exitCode = ReplayBidsMain.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err))
                .execute(arguments);
        return new Ended(exitCode, out.toString(), err.toString());
    }

    private Ended freshJvm(String option, String... arguments) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(flag -> flag.startsWith("--") || flag.startsWith("-Dorg.bytedeco")).forEach(command::add);
        command.addAll(List.of(option, "-Xmx512m", "-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path"),
                ReplayBidsMain.class.getName()));
        command.addAll(List.of(arguments));
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        Process process = new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile()).start();
        try {
            assertThat(process.waitFor(CHILD_S, TimeUnit.SECONDS)).as("ends in time").isTrue();
        } finally {
            process.destroyForcibly();
        }
        return new Ended(process.exitValue(), Files.readString(out, StandardCharsets.UTF_8),
                Files.readString(err, StandardCharsets.UTF_8));
    }

    /** Copies the log and changes one event of it. */
    private void tamper(Predicate<BidEvent> which, UnaryOperator<BidEvent> change) throws IOException {
        copy(log, folder);
        for (Path segment : new DecisionDirectory(folder).segments()) {
            List<BidEvent> events = read(segment);
            for (int i = 0; i < events.size(); i++) {
                if (which.test(events.get(i))) {
                    events.set(i, change.apply(events.get(i)));
                    write(segment, events);
                    return;
                }
            }
        }
        throw new AssertionError("no such event");
    }

    private static void write(Path segment, List<BidEvent> events) throws IOException {
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(segment))) {
            for (BidEvent event : events) {
                event.writeDelimitedTo(out);
            }
        }
    }

    private static <T> Set<T> distinct(List<BidEvent> events, Function<BidEvent, T> value) {
        return events.stream().map(value).collect(Collectors.toSet());
    }

    private static List<BidEvent> events(Path directory) throws IOException {
        List<BidEvent> events = new ArrayList<>();
        for (Path segment : new DecisionDirectory(directory).segments()) {
            events.addAll(read(segment));
        }
        return events;
    }

    private static List<BidEvent> read(Path segment) throws IOException {
        List<BidEvent> events = new ArrayList<>();
        try (var reader = new SegmentReader(segment)) {
            for (BidEvent event = reader.next(); event != null; event = reader.next()) {
                events.add(event);
            }
        }
        return events;
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path target = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target);
                }
            }
        }
    }

    private static void delete(Path path) {
        try (Stream<Path> files = Files.walk(path)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
