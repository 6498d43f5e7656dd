package io.sextant.trainer.arm;

import io.sextant.model.evaluation.PredictionFigures;
import io.sextant.model.evaluation.Predictions;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The last predictions that were made before their examples were trained on, by the model in training and by the last
 * published version, and the figures over them.
 *
 * <p>
 * Threading: owned by the arm's thread.
 */
final class ProgressiveWindow {
    private static final int ENTRY_BYTES = 5 * Float.BYTES + 2;
    private static final int QUINTILES = 5;

    private final float[] raw;
    private final float[] calibrated;
    private final float[] published;
    private final float[] weights;
    private final float[] modifiers;
    private final boolean[] clicks;
    private final byte[] segments;
    private final Segments names;
    private int next;
    private int size;
    private int sincePublication;
    private long compared;

    /** Makes an empty one over the last {@code capacity} examples, whose exchanges are called by {@code names}. */
    ProgressiveWindow(int capacity, Segments names) {
        this.raw = new float[capacity];
        this.calibrated = new float[capacity];
        this.published = new float[capacity];
        this.weights = new float[capacity];
        this.modifiers = new float[capacity];
        this.clicks = new boolean[capacity];
        this.segments = new byte[capacity];
        this.names = names;
    }

    /** Notes one example. */
    void add(Prediction prediction) {
        raw[next] = (float) prediction.raw();
        calibrated[next] = (float) prediction.calibrated();
        published[next] = (float) prediction.published();
        weights[next] = prediction.weight();
        modifiers[next] = prediction.modifier();
        clicks[next] = prediction.click();
        segments[next] = (byte) prediction.segment();
        next = next + 1 == raw.length ? 0 : next + 1;
        size = Math.min(size + 1, raw.length);
        sincePublication = Math.min(sincePublication + 1, raw.length);
        compared += Double.isNaN(prediction.published()) ? 0 : 1;
    }

    /** Examples since the last publication that the published version was asked about. */
    long compared() {
        return compared;
    }

    /** Forgets everything. */
    void clear() {
        next = 0;
        size = 0;
        sincePublication = 0;
        compared = 0;
    }

    /** From now on the published version is another; comparisons start anew. */
    void published() {
        sincePublication = 0;
        compared = 0;
    }

    /** Examples since the last publication, at most the capacity. */
    int sincePublication() {
        return sincePublication;
    }

    /** Figures of the model in training over the whole window; takes a few sorts. */
    Figures figures() {
        return new Figures(predictions(calibrated, size, false).figures(), predictions(raw, size, false).figures(),
                byExchange(),
                byModifier(), PredictionFigures.NONE);
    }

    /** Both models, each with its calibration, on the examples since the last publication. */
    Comparison comparison() {
        var candidate = predictions(calibrated, sincePublication, true).figures();
        var reference = predictions(published, sincePublication, true).figures();
        return new Comparison(candidate.examples(), candidate.clicks(), candidate.logLoss(), reference.logLoss(),
                candidate.pcoc(), reference.pcoc());
    }

    private Predictions predictions(float[] of, int last, boolean comparedOnly) {
        Predictions found = Predictions.last(Math.max(1, last));
        for (int back = last; back >= 1; back--) {
            int i = index(back);
            if (!comparedOnly || !Float.isNaN(published[i])) {
                found.add(of[i], clicks[i], weights[i]);
            }
        }
        return found;
    }

    /** Sums of a part of the window. */
    private final class Group {
        private long examples;
        private double modifierSum;
        private double clicked;
        private double promised;
        private double promisedRaw;

        void add(int i) {
            examples++;
            modifierSum += modifiers[i];
            clicked += clicks[i] ? weights[i] : 0;
            promised += weights[i] * (double) calibrated[i];
            promisedRaw += weights[i] * (double) raw[i];
        }

        GroupFigures figures(String name) {
            boolean any = clicked > 0;
            return new GroupFigures(name, modifierSum / examples, examples, clicked,
                    any ? promised / clicked : Double.NaN, any ? promisedRaw / clicked : Double.NaN);
        }
    }

    private List<GroupFigures> byExchange() {
        var groups = new Group[names.size()];
        Arrays.setAll(groups, _ -> new Group());
        for (int back = size; back >= 1; back--) {
            int i = index(back);
            if (segments[i] < groups.length) {
                groups[segments[i]].add(i);
            }
        }
        List<GroupFigures> found = new ArrayList<>();
        for (int segment = 0; segment < groups.length; segment++) {
            if (groups[segment].examples > 0) {
                found.add(groups[segment].figures(names.name(segment)));
            }
        }
        found.sort(Comparator.comparing(GroupFigures::group));
        return found;
    }

    private List<GroupFigures> byModifier() {
        // Floats that are not negative sort like their bits; the place of the entry rides along below.
        long[] order = new long[size];
        for (int back = size; back >= 1; back--) {
            int i = index(back);
            order[size - back] = (long) Float.floatToIntBits(modifiers[i]) << Integer.SIZE | i;
        }
        Arrays.sort(order);
        List<GroupFigures> found = new ArrayList<>();
        for (int from = 0, quintile = 1; quintile <= QUINTILES; quintile++) {
            int to = (int) ((long) quintile * size / QUINTILES);
            var group = new Group();
            int at = from;
            while (at < to
                    || (at > from && at < size && order[at] >> Integer.SIZE == order[at - 1] >> Integer.SIZE)) {
                group.add((int) order[at]);
                at++;
            }
            from = at;
            if (group.examples > 0) {
                found.add(group.figures(Integer.toString(found.size() + 1)));
            }
        }
        return found;
    }

    private int index(int back) {
        int i = next - back;
        return i < 0 ? i + raw.length : i;
    }

    /** The window as text, oldest entry first. */
    String save() {
        ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES + size * ENTRY_BYTES);
        bytes.putInt(sincePublication);
        for (int back = size; back >= 1; back--) {
            int i = index(back);
            bytes.putFloat(raw[i]).putFloat(calibrated[i]).putFloat(published[i]).putFloat(weights[i])
                    .putFloat(modifiers[i]).put(clicks[i] ? (byte) 1 : (byte) 0).put(segments[i]);
        }
        return Base64.getEncoder().encodeToString(bytes.array());
    }

    /** Fills an empty window with what {@link #save} gave, or with nothing; a smaller one with the newest of it. */
    void restore(String saved) {
        if (saved.isEmpty()) {
            return;
        }
        ByteBuffer bytes = ByteBuffer.wrap(Base64.getDecoder().decode(saved));
        int since = bytes.getInt();
        while (bytes.remaining() >= ENTRY_BYTES) {
            float wasRaw = bytes.getFloat();
            float wasCalibrated = bytes.getFloat();
            float wasPublished = bytes.getFloat();
            float weight = bytes.getFloat();
            float modifier = bytes.getFloat();
            boolean click = bytes.get() != 0;
            add(new Prediction(wasRaw, wasCalibrated, wasPublished, click, weight, bytes.get(), modifier));
        }
        sincePublication = Math.min(since, size);
        compared = IntStream.rangeClosed(1, sincePublication).filter(back -> !Float.isNaN(published[index(back)]))
                .count();
    }
}
