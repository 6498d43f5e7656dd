package io.sextant.trainer.arm;

import io.sextant.trainer.TrainerCounter;

/**
 * Why a version is not published.
 *
 * @param kind   what it is counted as
 * @param reason for people, with the numbers that decided
 */
public record Refusal(TrainerCounter kind, String reason) {}
