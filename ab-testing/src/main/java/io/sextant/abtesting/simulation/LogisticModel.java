package io.sextant.abtesting.simulation;

/**
 * Predicts a click from two fields, one weight a value, and learns example by example (AdaGrad; Duchi, Hazan and Singer
 * 2011). Assumes one thread.
 */
final class LogisticModel {
    private static final double RATE = 0.1;
    private static final double FIRST_SQUARES = 0.1;

    private final double[] first;
    private final double[] second;
    private final double[] firstSquares;
    private final double[] secondSquares;
    private double bias;
    private double biasSquares = FIRST_SQUARES;

    LogisticModel(int firstValues, int secondValues, double bias) {
        this(new double[firstValues], new double[secondValues], new double[firstValues], new double[secondValues]);
        this.bias = bias;
    }

    private LogisticModel(double[] first, double[] second, double[] firstSquares, double[] secondSquares) {
        this.first = first;
        this.second = second;
        this.firstSquares = firstSquares;
        this.secondSquares = secondSquares;
    }

    LogisticModel copy() {
        var copy = new LogisticModel(first.clone(), second.clone(), firstSquares.clone(), secondSquares.clone());
        copy.bias = bias;
        copy.biasSquares = biasSquares;
        return copy;
    }

    /** Chance of a click. */
    double predict(int firstValue, int secondValue) {
        return 1 / (1 + Math.exp(-(bias + first[firstValue] + second[secondValue])));
    }

    void learn(int firstValue, int secondValue, boolean click) {
        double gradient = predict(firstValue, secondValue) - (click ? 1 : 0);
        double square = gradient * gradient;
        biasSquares += square;
        bias -= step(gradient, biasSquares);
        firstSquares[firstValue] += square;
        first[firstValue] -= step(gradient, FIRST_SQUARES + firstSquares[firstValue]);
        secondSquares[secondValue] += square;
        second[secondValue] -= step(gradient, FIRST_SQUARES + secondSquares[secondValue]);
    }

    private static double step(double gradient, double squares) {
        return RATE * gradient / Math.sqrt(squares);
    }
}
