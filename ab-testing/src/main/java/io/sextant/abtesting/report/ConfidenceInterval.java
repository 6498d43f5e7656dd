package io.sextant.abtesting.report;

/**
 * Where the truth lies, with the given confidence.
 *
 * @param low   lower end
 * @param high  upper end
 * @param level confidence, above 0 and below 1
 */
public record ConfidenceInterval(double low, double high, double level) {}
