package io.sextant.bidder.campaign;

import com.google.protobuf.ByteString;
import java.util.List;

/**
 * All campaigns of one version of the catalogue file.
 *
 * @param sha256    of the file's bytes, lower-case hex; the version that decisions are logged with
 * @param campaigns in the file's order
 * @param source    the file's bytes; empty where the reader was not told to keep them
 */
public record Catalogue(String sha256, List<Campaign> campaigns, ByteString source) {
    public Catalogue {
        campaigns = List.copyOf(campaigns);
    }

    /** A catalogue without its source. */
    public Catalogue(String sha256, List<Campaign> campaigns) {
        this(sha256, campaigns, ByteString.EMPTY);
    }
}
