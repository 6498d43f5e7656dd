package io.sextant.bidder.campaign;

import java.util.List;

/**
 * All campaigns of one version of the catalogue file.
 *
 * @param sha256    of the file's bytes, lower-case hex; the version that decisions are logged with
 * @param campaigns in the file's order
 */
public record Catalogue(String sha256, List<Campaign> campaigns) {
    public Catalogue {
        campaigns = List.copyOf(campaigns);
    }
}
