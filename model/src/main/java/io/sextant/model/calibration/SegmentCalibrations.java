package io.sextant.model.calibration;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * One arm's calibrations: a map for each segment of its supply that was seen often enough, and one for the rest. Immutable
 * and thread-safe; looking up and mapping allocate nothing.
 *
 * @param arm      for supply without a map of its own
 * @param segments by exchange, the whole way from the model's prediction, sorted by name
 */
public record SegmentCalibrations(Calibration arm, Map<String, Calibration> segments) {
    private static final SegmentCalibrations IDENTITY = new SegmentCalibrations(Calibration.identity(), Map.of());

    public SegmentCalibrations {
        // In the order of the names, so that the same calibrations are always the same bytes.
        segments = Collections.unmodifiableMap(new TreeMap<>(segments));
    }

    /** Predictions are prices' as they are. */
    public static SegmentCalibrations identity() {
        return IDENTITY;
    }

    /** What predictions for impressions of an exchange go through; one look-up a request. */
    public Calibration of(String exchange) {
        Calibration own = segments.get(exchange);
        return own == null ? arm : own;
    }
}
