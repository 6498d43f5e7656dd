package io.sextant.abtesting.live;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * How an arm's model predicts impressions of the neutral arm, which bids the same for a random ad and is never trained on:
 * the only ones that are the same to all arms.
 *
 * @param arm          the arm's name
 * @param modelVersion that announced the figures
 * @param examples     impressions that were predicted
 * @param logLoss      mean, in nats
 * @param auc          null where there was no click, or nothing else
 * @param pcoc         predicted over observed clicks; null where there was no click
 */
public record NeutralFigures(@JsonProperty("arm") String arm, @JsonProperty("model_version") long modelVersion,
        @JsonProperty("examples") long examples, @JsonProperty("log_loss") double logLoss,
        @JsonProperty("auc") @Nullable Double auc, @JsonProperty("pcoc") @Nullable Double pcoc) {}
