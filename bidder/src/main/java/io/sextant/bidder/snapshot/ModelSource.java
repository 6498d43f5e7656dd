package io.sextant.bidder.snapshot;

import java.nio.file.Path;

/**
 * Where a model was loaded from.
 *
 * @param arm       the arm that bids with it
 * @param version   its version
 * @param sha256    the artefact's sum, in hex
 * @param directory the artefact's directory, as long as the trainer keeps it
 */
public record ModelSource(String arm, long version, String sha256, Path directory) {}
