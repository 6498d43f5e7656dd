package io.sextant.protocol.openrtb;

import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What cannot be a bid request although it is well-formed: no id, no impression, an impression that offers nothing, an
 * absurd number. Stateless; any thread.
 */
public final class BidRequestValidator {
    /** Up to here comparing all pairs of ids is cheaper than a set, and allocates nothing. */
    private static final int PAIRWISE_MAX = 12;

    private BidRequestValidator() {}

    /**
     * The first thing that is wrong, as in {@code imp[2].bidfloor: is negative}, or null for a bid request that can be
     * answered. What a request merely lacks (a site, a device, sizes) is not wrong.
     */
    public static @Nullable String check(BidRequest request) {
        String id = idProblem(request.getId());
        if (id != null) {
            return "id: " + id;
        }
        if (request.getTmax() < 0) {
            return "tmax: is negative";
        }
        int count = request.getImpCount();
        if (count == 0) {
            return "imp: is missing or empty";
        }
        if (count > Limits.IMPRESSIONS_MAX) {
            return "imp: has " + count + " elements, more than " + Limits.IMPRESSIONS_MAX;
        }
        for (int i = 0; i < count; i++) {
            String problem = impProblem(request.getImp(i));
            if (problem != null) {
                return "imp[" + i + "]." + problem;
            }
        }
        int duplicate = count <= PAIRWISE_MAX ? duplicateByPairs(request) : duplicateBySet(request);
        return duplicate < 0 ? null : "imp[" + duplicate + "].id: is the id of another impression too";
    }

    private static int duplicateByPairs(BidRequest request) {
        for (int i = 1; i < request.getImpCount(); i++) {
            for (int j = 0; j < i; j++) {
                if (request.getImp(i).getId().equals(request.getImp(j).getId())) {
                    return i;
                }
            }
        }
        return -1;
    }

    private static int duplicateBySet(BidRequest request) {
        Set<String> ids = HashSet.newHashSet(request.getImpCount());
        for (int i = 0; i < request.getImpCount(); i++) {
            if (!ids.add(request.getImp(i).getId())) {
                return i;
            }
        }
        return -1;
    }

    private static @Nullable String impProblem(BidRequest.Imp imp) {
        String id = idProblem(imp.getId());
        if (id != null) {
            return "id: " + id;
        }
        if (!imp.hasBanner() && !imp.hasVideo() && !imp.hasAudio() && !imp.hasNative()) {
            return "banner: is missing, and so are video, audio and native";
        }
        String floor = priceProblem(imp.getBidfloor());
        if (floor != null) {
            return "bidfloor: " + floor;
        }
        if (imp.hasQty() && !(imp.getQty().getMultiplier() >= 0 && Double.isFinite(imp.getQty().getMultiplier()))) {
            return "qty.multiplier: is no number of impressions";
        }
        String problem = imp.hasBanner() ? bannerProblem(imp.getBanner()) : null;
        if (problem != null) {
            return "banner." + problem;
        }
        problem = imp.hasVideo() ? videoProblem(imp.getVideo()) : null;
        if (problem != null) {
            return "video." + problem;
        }
        problem = imp.hasAudio() ? audioProblem(imp.getAudio()) : null;
        if (problem != null) {
            return "audio." + problem;
        }
        return imp.hasPmp() ? dealProblem(imp.getPmp()) : null;
    }

    private static @Nullable String bannerProblem(BidRequest.Banner banner) {
        String size = sizeProblem(banner.getW(), banner.getH());
        if (size != null) {
            return size;
        }
        for (int i = 0; i < banner.getFormatCount(); i++) {
            BidRequest.Format format = banner.getFormat(i);
            String problem = sizeProblem(format.getW(), format.getH());
            if (problem != null) {
                return "format[" + i + "]." + problem;
            }
        }
        return null;
    }

    private static @Nullable String videoProblem(BidRequest.Video video) {
        String size = sizeProblem(video.getW(), video.getH());
        if (size != null) {
            return size;
        }
        String problem = durationProblem(video.getMinduration(), video.getMaxduration());
        if (problem != null) {
            return problem;
        }
        problem = priceProblem(video.getMincpmpersec());
        if (problem != null) {
            return "mincpmpersec: " + problem;
        }
        for (int i = 0; i < video.getDurfloorsCount(); i++) {
            problem = priceProblem(video.getDurfloors(i).getBidfloor());
            if (problem != null) {
                return "durfloors[" + i + "].bidfloor: " + problem;
            }
        }
        return null;
    }

    private static @Nullable String audioProblem(BidRequest.Audio audio) {
        String problem = durationProblem(audio.getMinduration(), audio.getMaxduration());
        if (problem != null) {
            return problem;
        }
        problem = priceProblem(audio.getMincpmpersec());
        if (problem != null) {
            return "mincpmpersec: " + problem;
        }
        for (int i = 0; i < audio.getDurfloorsCount(); i++) {
            problem = priceProblem(audio.getDurfloors(i).getBidfloor());
            if (problem != null) {
                return "durfloors[" + i + "].bidfloor: " + problem;
            }
        }
        return null;
    }

    private static @Nullable String dealProblem(BidRequest.Pmp pmp) {
        for (int i = 0; i < pmp.getDealsCount(); i++) {
            BidRequest.Deal deal = pmp.getDeals(i);
            String id = idProblem(deal.getId());
            if (id != null) {
                return "pmp.deals[" + i + "].id: " + id;
            }
            String floor = priceProblem(deal.getBidfloor());
            if (floor != null) {
                return "pmp.deals[" + i + "].bidfloor: " + floor;
            }
        }
        return null;
    }

    private static @Nullable String idProblem(String id) {
        if (id.isEmpty()) {
            return "is missing or empty";
        }
        return id.length() > Limits.ID_CHARS_MAX ? "has more than " + Limits.ID_CHARS_MAX + " characters" : null;
    }

    private static @Nullable String priceProblem(double price) {
        if (price < 0) {
            return "is negative";
        }
        // Negated, so that NaN is caught.
        return !(price <= Limits.FLOOR_CPM_MAX) ? "is no price up to " + (long) Limits.FLOOR_CPM_MAX : null;
    }

    private static @Nullable String sizeProblem(int w, int h) {
        if (w < 0 || w > Limits.PIXELS_MAX) {
            return "w: is no width in 0.." + Limits.PIXELS_MAX;
        }
        return h < 0 || h > Limits.PIXELS_MAX ? "h: is no height in 0.." + Limits.PIXELS_MAX : null;
    }

    private static @Nullable String durationProblem(int min, int max) {
        if (min < 0) {
            return "minduration: is negative";
        }
        return max < 0 ? "maxduration: is negative" : null;
    }
}
