package io.sextant.perf.loop;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * How well could anybody rank who has bought what an arm has bought? Predicts as somebody would who knows every number of
 * the market but the publishers' hidden qualities, and learns those by Bayes's rule from the arm's impressions, each as soon
 * as it is shown. Who has to learn more than that cannot rank better, but by chance.
 *
 * <p>
 * What prices and wins tell of quality, since rivals know a part of it, is not used. Threading: one thread at a time.
 */
/*
 * Qualities are normal on the log scale (MarketConfig.Supply), and a label's likelihood is the click probability at that
 * quality, so each publisher's posterior is a sum over a grid: forty points over eight deviations are a fifth of one apart,
 * finer than even thousands of clicks can tell.
 */
final class QualityLearner {
    private static final int POINTS = 41;
    private static final double DEVIATIONS = 4;

    private final double[] qualities = new double[POINTS];
    private final double[] prior = new double[POINTS];
    /** By publisher, the logarithm of the posterior at every point, up to a constant. */
    private final Map<String, double[]> posteriors = new HashMap<>();

    /**
     * Somebody who has seen nothing.
     *
     * @param qualitySd standard deviation of the publishers' hidden log-quality, 0 or more
     */
    QualityLearner(double qualitySd) {
        for (int i = 0; i < POINTS; i++) {
            double deviations = DEVIATIONS * (2.0 * i / (POINTS - 1) - 1);
            qualities[i] = qualitySd * deviations;
            prior[i] = -deviations * deviations / 2;
        }
    }

    /** The log-qualities that are thought possible, lowest first; not to be changed. */
    double[] qualities() {
        return qualities;
    }

    /**
     * Predicts an impression, then learns its label.
     *
     * @param publisher     whose quality it depends on
     * @param probabilities of a click at each of {@link #qualities}, in 0..1
     * @return the expected click probability before the label is known
     */
    double predictAndLearn(String publisher, double[] probabilities, boolean clicked) {
        double[] posterior = posteriors.computeIfAbsent(publisher, _ -> prior.clone());
        double most = Arrays.stream(posterior).max().orElseThrow();
        double weights = 0;
        double sum = 0;
        for (int i = 0; i < POINTS; i++) {
            double weight = Math.exp(posterior[i] - most);
            weights += weight;
            sum += weight * probabilities[i];
            posterior[i] += clicked ? Math.log(probabilities[i]) : Math.log1p(-probabilities[i]);
        }
        return sum / weights;
    }
}
