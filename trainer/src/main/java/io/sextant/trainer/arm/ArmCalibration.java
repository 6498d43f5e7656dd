package io.sextant.trainer.arm;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sextant.model.calibration.Calibration;
import io.sextant.model.calibration.CalibrationFit;
import io.sextant.model.calibration.CalibrationSample;
import io.sextant.model.calibration.SegmentCalibrations;
import io.sextant.trainer.TrainerConfig.CalibrationConfig;
import io.sextant.trainer.TrainerConfig.CalibrationConfig.CalibrationMode;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;

/**
 * One arm's calibration: keeps the raw predictions that the arm made for its last examples before it learned from them, and
 * refits what predictions go through from time to time, for the arm and for each exchange.
 *
 * <p>
 * Threading: owned by the arm's thread. Guarantees: depends on the examples alone and on where batches end, also across a
 * restart from a checkpoint.
 */
/*
 * Which examples. The newest that hold calibration.clicks clicks, and never more than the newer half of all: what an
 * untrained model predicted says nothing of the trained one, and is out of the fit as soon as as much has come since.
 * What is fitted are raw predictions, never calibrated ones, so that a calibration does not see what it has done itself.
 *
 * Shrinkage, twice the same (CalibrationFit.shrunk): the arm's map towards the model's own predictions, an exchange's map
 * towards the arm's, of whose results it is fitted, with as many prior clicks. Buckets have CLICKS_PER_BUCKET clicks or
 * more, so an exchange with few clicks gets a level and nothing else.
 */
final class ArmCalibration {
    private static final int CLICKS_PER_BUCKET = 20;
    private static final int REFIT_MIN = 250;
    private static final int ENTRY_BYTES = Float.BYTES + 1;
    private static final double P_MIN = 1e-7;
    private static final String WINDOW_NOTE = "calibration-window";
    private static final String CURRENT_NOTE = "calibration";
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final int CLICK = 1;
    private static final int TAKEN_BACK = 2;
    private static final int SEGMENT_SHIFT = 2;
    private static final int SEGMENTS = Segments.OTHER + 1;

    private final CalibrationConfig config;
    private final Segments names;
    private final float[] scores;
    /** Whether it was clicked, whether it takes an example back, and the number of its exchange. */
    private final byte[] outcomes;
    private final Calibration[] bySegment = new Calibration[SEGMENTS];
    private int next;
    private int size;
    private long seen;
    private long seenAtFit;
    private double clicks;
    private SegmentCalibrations current = SegmentCalibrations.identity();

    /** Starts without any calibration; exchanges are called by {@code names}. */
    ArmCalibration(CalibrationConfig config, Segments names) {
        int capacity = config.mode() == CalibrationMode.NONE ? 0 : config.window();
        this.config = config;
        this.names = names;
        this.scores = new float[capacity];
        this.outcomes = new byte[capacity];
        use(SegmentCalibrations.identity());
    }

    /** What predictions go through now. */
    SegmentCalibrations current() {
        return current;
    }

    /** Clicks that {@link #current} was fitted on; 0 for none. */
    double clicks() {
        return clicks;
    }

    /** The calibrated click probability in an exchange. */
    double at(double raw, int segment) {
        return bySegment[segment].at(raw);
    }

    /** Goes on with an earlier version's calibration until there are enough clicks for one of its own. */
    void startFrom(SegmentCalibrations earlier) {
        clear();
        if (config.mode() != CalibrationMode.NONE) {
            use(earlier);
        }
    }

    /** Forgets everything. */
    void clear() {
        next = 0;
        size = 0;
        seen = 0;
        seenAtFit = 0;
        clicks = 0;
        use(SegmentCalibrations.identity());
    }

    private void use(SegmentCalibrations calibrations) {
        current = calibrations;
        for (int segment = 0; segment < SEGMENTS; segment++) {
            bySegment[segment] = calibrations.of(names.name(segment));
        }
    }

    /** Notes one example, with its prediction from before it was learned from. */
    void add(double raw, boolean click, float weight, int segment) {
        if (scores.length == 0) {
            return;
        }
        scores[next] = (float) Math.clamp(raw, P_MIN, 1 - P_MIN);
        outcomes[next] = (byte) (segment << SEGMENT_SHIFT | (weight < 0 ? TAKEN_BACK : 0) | (click ? CLICK : 0));
        next = next + 1 == scores.length ? 0 : next + 1;
        size = Math.min(size + 1, scores.length);
        seen++;
    }

    /** Fits anew if enough has come since the last time: a quarter of what is kept. To be called where batches end. */
    void refitWhenDue() {
        if (size > 0 && seen - seenAtFit >= Math.clamp(size / 4, REFIT_MIN, config.refitExamples())) {
            seenAtFit = seen;
            refit();
        }
    }

    private void refit() {
        int most = (int) Math.min(size, seen / 2);
        int taken = 0;
        double clicked = 0;
        // An example that takes another back stays with the one behind it, which says anew what happened.
        while (taken < most && (clicked < config.clicks() || weight(index(taken + 1)) < 0)) {
            taken++;
            clicked += clicked(index(taken));
        }
        if (clicked < config.minClicks()) {
            return;
        }
        int[] places = byScore(taken);
        CalibrationSample all = sample(places, Calibration.identity());
        Calibration arm = switch (config.mode()) {
            case EQUAL_COUNT -> shrunk(all);
            case PAPER -> CalibrationFit.fit(CalibrationFit.Mode.PAPER, all, config.paperBuckets());
            case NONE -> Calibration.identity();
        };
        Map<String, Calibration> exchanges = new TreeMap<>();
        if (config.mode() == CalibrationMode.EQUAL_COUNT) {
            for (int segment = 0; segment < names.size(); segment++) {
                int wanted = segment;
                int[] own = Arrays.stream(places).filter(place -> segment(place) == wanted).toArray();
                if (own.length > 0) {
                    exchanges.put(names.name(segment), arm.then(shrunk(sample(own, arm))));
                }
            }
        }
        clicks = clicked;
        use(new SegmentCalibrations(arm, exchanges));
    }

    private Calibration shrunk(CalibrationSample sample) {
        int buckets = (int) Math.clamp(sample.clicked() / CLICKS_PER_BUCKET, 1, config.buckets());
        return CalibrationFit.shrunk(sample, buckets, config.priorClicks());
    }

    /** Places of the newest entries by rising score. */
    private int[] byScore(int count) {
        // Floats that are not negative sort like their bits; the place of the entry rides along below.
        long[] keys = new long[count];
        for (int back = 1; back <= count; back++) {
            int i = index(back);
            keys[back - 1] = (long) Float.floatToIntBits(scores[i]) << Integer.SIZE | i;
        }
        Arrays.sort(keys);
        int[] places = new int[count];
        for (int i = 0; i < count; i++) {
            places[i] = (int) keys[i];
        }
        return places;
    }

    private CalibrationSample sample(int[] places, Calibration through) {
        var p = new double[places.length];
        var clicked = new boolean[places.length];
        var weights = new double[places.length];
        for (int i = 0; i < places.length; i++) {
            p[i] = Math.clamp(through.at(scores[places[i]]), P_MIN, 1 - P_MIN);
            clicked[i] = (outcomes[places[i]] & CLICK) != 0;
            weights[i] = weight(places[i]);
        }
        return new CalibrationSample(p, clicked, weights);
    }

    private int weight(int place) {
        return (outcomes[place] & TAKEN_BACK) == 0 ? 1 : -1;
    }

    private int clicked(int place) {
        return (outcomes[place] & CLICK) == 0 ? 0 : weight(place);
    }

    private int segment(int place) {
        return Byte.toUnsignedInt(outcomes[place]) >>> SEGMENT_SHIFT;
    }

    private int index(int back) {
        int i = next - back;
        return i < 0 ? i + scores.length : i;
    }

    /** Puts everything that {@link #restore} needs beside the notes of a checkpoint. */
    void save(Map<String, String> notes) {
        ByteBuffer bytes = ByteBuffer.allocate(3 * Long.BYTES + size * ENTRY_BYTES);
        bytes.putLong(seen).putLong(seenAtFit).putDouble(clicks);
        for (int back = size; back >= 1; back--) {
            bytes.putFloat(scores[index(back)]).put(outcomes[index(back)]);
        }
        notes.put(WINDOW_NOTE, Base64.getEncoder().encodeToString(bytes.array()));
        try {
            notes.put(CURRENT_NOTE, JSON.writeValueAsString(current));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a calibration cannot be written as JSON", e);
        }
    }

    /**
     * Goes on from what {@link #save} noted; from nothing where it noted nothing. A smaller window keeps the newest examples.
     *
     * @throws IllegalArgumentException if the notes are damaged
     */
    void restore(Map<String, String> notes) {
        clear();
        String window = notes.get(WINDOW_NOTE);
        String calibrations = notes.get(CURRENT_NOTE);
        if (window == null || calibrations == null || scores.length == 0) {
            return;
        }
        ByteBuffer bytes = ByteBuffer.wrap(Base64.getDecoder().decode(window));
        long wasSeen = bytes.getLong();
        long wasSeenAtFit = bytes.getLong();
        double wasClicks = bytes.getDouble();
        while (bytes.remaining() >= ENTRY_BYTES) {
            scores[next] = bytes.getFloat();
            outcomes[next] = bytes.get();
            next = next + 1 == scores.length ? 0 : next + 1;
            size = Math.min(size + 1, scores.length);
        }
        seen = wasSeen;
        seenAtFit = wasSeenAtFit;
        clicks = wasClicks;
        try {
            use(JSON.readValue(calibrations, SegmentCalibrations.class));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(
                    "the calibration of the checkpoint is damaged: " + e.getOriginalMessage(),
                    e);
        }
    }
}
