package io.sextant.abtesting.statistics;

/**
 * What an arm would have made of all traffic, such as its spend: the sum over its units over its share. Units that did
 * nothing need not be known. Immutable and thread-safe.
 *
 * @param column of {@link UnitMoments}
 */
/*
 * Units come to an arm by chance, each by itself, with the arm's share. So the sum of y over the arm's units has the
 * variance of a compound Poisson sum, the sum of y^2; for the difference of two arms under an allocation of a fixed number
 * of units that is exact: the variances lack y^2 / N, and the arms' covariance gives it back.
 *
 * With a past x: y - theta x, theta = sum x y / sum x^2 over both arms, and x over both arms is put back. As Cuped, without
 * means, since the number of units is a matter of chance here.
 */
public record TrafficTotal(int column) {
    /**
     * The total at full traffic.
     *
     * @param share of the arm, above 0, at most 1
     */
    public Estimate of(UnitMoments arm, double share) {
        return new Estimate(arm.sum(column) / share, Math.sqrt(arm.sumOfProducts(column, column)) / share);
    }

    /** Difference of two arms' logarithms: 0.05 is 5 % more than control, nearly. */
    public Estimate relative(UnitMoments treatment, double treatmentShare, UnitMoments control, double controlShare) {
        return of(treatment, treatmentShare).log().minus(of(control, controlShare).log());
    }

    /**
     * The same, without what the units showed already before the test began.
     *
     * @param past the column of the time before
     * @throws IllegalArgumentException if there was nothing
     */
    public Estimate relative(UnitMoments treatment, double treatmentShare, UnitMoments control, double controlShare,
            int past) {
        double squares = treatment.sumOfProducts(past, past) + control.sumOfProducts(past, past);
        if (!(squares > 0)) {
            throw new IllegalArgumentException("nothing is known of the time before");
        }
        double theta = (treatment.sumOfProducts(column, past) + control.sumOfProducts(column, past)) / squares;
        double common = theta * (treatment.sum(past) + control.sum(past)) / (treatmentShare + controlShare);
        Estimate adjusted = adjusted(treatment, treatmentShare, past, theta).plus(common).log();
        return adjusted.minus(adjusted(control, controlShare, past, theta).plus(common).log());
    }

    private Estimate adjusted(UnitMoments arm, double share, int past, double theta) {
        double squares = arm.sumOfProducts(column, column) - 2 * theta * arm.sumOfProducts(column, past)
                + theta * theta * arm.sumOfProducts(past, past);
        return new Estimate((arm.sum(column) - theta * arm.sum(past)) / share, Math.sqrt(squares) / share);
    }
}
