package io.sextant.trainer.offline;

/**
 * How a model is trained from files, beside what the trainer's settings say.
 *
 * @param epochs              times that training goes through the impressions at most, at least 1
 * @param validationsPerEpoch how often in each it is looked whether the model got better, at least 1
 * @param patience            looks without improvement after which training ends, at least 1
 */
record OfflineSettings(int epochs, int validationsPerEpoch, int patience) {}
