package io.sextant.trainer.arm;

/**
 * How well predictions met clicks in a part of the supply.
 *
 * @param group        the part: an exchange; or a number from 1, lowest modifiers first
 * @param meanModifier mean modifier that its impressions were bid for with
 * @param examples     examples in it
 * @param clicks       clicks among them, late ones included
 * @param pcoc         predicted over observed clicks, calibrated; NaN without clicks
 * @param rawPcoc      the same of the model's own predictions
 */
public record GroupFigures(String group, double meanModifier, long examples, double clicks, double pcoc,
        double rawPcoc) {}
