package io.sextant.perf.engine;

import io.sextant.perf.engine.GrowthPoint.Sweep;
import io.sextant.perf.engine.Measurement.Size;
import io.sextant.perf.scorer.BatchForm;
import io.sextant.perf.scorer.Engine;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/** How cost grows with candidates, width and passes: which measurements that takes, and the points of the curves. */
final class GrowthStudy {
    /** The standard net's first hidden layer. */
    static final int WIDTH_STANDARD = 256;

    private final IntFunction<Path> nets;

    /**
     * Prepares the study.
     *
     * @param nets directory of the net whose first hidden layer has the given width
     */
    GrowthStudy(IntFunction<Path> nets) {
        this.nets = nets;
    }

    /** What has to be measured. */
    List<Measurement> measurements() {
        List<Measurement> all = new ArrayList<>();
        for (Sweep sweep : Sweep.values()) {
            for (int value : sweep.settings()) {
                for (Engine engine : Engine.values()) {
                    all.add(measurement(sweep, value, engine));
                }
            }
        }
        return all;
    }

    private Measurement measurement(Sweep sweep, int value, Engine engine) {
        Size standard = EngineRun.STANDARD;
        Size size = switch (sweep) {
            case CANDIDATES -> new Size(value, standard.passes());
            case PASSES -> new Size(standard.candidates(), value);
            case WIDTH -> standard;
        };
        Path net = nets.apply(sweep == Sweep.WIDTH ? value : WIDTH_STANDARD);
        return Measurement.request(net, size, engine, BatchForm.FED_EMBEDDINGS);
    }

    /**
     * The points of the curves.
     *
     * @param samples of at least the {@link #measurements}
     */
    List<GrowthPoint> points(Map<Measurement, Samples> samples) {
        List<GrowthPoint> points = new ArrayList<>();
        for (Sweep sweep : Sweep.values()) {
            for (int value : sweep.settings()) {
                points.add(new GrowthPoint(sweep, value, micros(samples, sweep, value, Engine.ARRAY),
                        micros(samples, sweep, value, Engine.TENSORFLOW),
                        micros(samples, sweep, value, Engine.ONNX_RUNTIME)));
            }
        }
        return points;
    }

    private double micros(Map<Measurement, Samples> samples, Sweep sweep, int value, Engine engine) {
        Samples found = samples.get(measurement(sweep, value, engine));
        if (found == null) {
            throw new IllegalStateException(sweep + " " + value + " was not measured in " + engine);
        }
        return found.medianMicros();
    }
}
