package io.sextant.perf.agelab.world;

import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Positive;

/**
 * The synthetic world's shape; {@code age-lab-reference.yaml} has every value's reason.
 *
 * @param users           different users
 * @param features        binary features of a user, the first of which everybody has
 * @param meanFeatures    features that a user in the middle of all tastes has on average; others have more
 * @param articles        articles over all days
 * @param candidates      articles on the page at any time
 * @param days            length of the log
 * @param tastes          dimensions of taste
 * @param clusters        groups that users and articles gather in
 * @param ctr             mean click probability of a random article, about
 * @param qualitySd       standard deviation of an article's log quality
 * @param tasteWeight     how many times more likely is a click where taste meets topic
 * @param tasteWidth      distance of taste at which that has fallen to 0.6 of it
 * @param noveltyLoss     share of its appeal that an article loses as it ages
 * @param noveltyHours    hours after which two thirds of that are lost
 * @param dailySwing      by how much attention is above and below its mean over the day, as a share
 */
public record NewsWorldConfig(@Min(1) int users, @Min(1) @Max(1000) int features, @Positive double meanFeatures,
        @Min(2) int articles, @Min(2) @Max(1000) int candidates, @Positive double days, @Min(1) @Max(64) int tastes,
        @Min(1) int clusters, @DecimalMin("0.0001") @DecimalMax("0.5") double ctr,
        @DecimalMin("0") @DecimalMax("3") double qualitySd, @DecimalMin("0") double tasteWeight,
        @Positive double tasteWidth, @DecimalMin("0") @DecimalMax("1") double noveltyLoss,
        @Positive double noveltyHours, @DecimalMin("0") @DecimalMax("1") double dailySwing) {
    public NewsWorldConfig {
        if (articles < candidates) {
            throw new IllegalArgumentException(
                    "articles is " + articles + ", must be at least candidates, " + candidates);
        }
        if (!(meanFeatures <= features)) {
            throw new IllegalArgumentException(
                    "mean-features is " + meanFeatures + ", must be at most features, " + features);
        }
    }
}
