package io.sextant.bidder.markup;

import io.sextant.bidder.campaign.Creative;
import io.sextant.bidder.campaign.Creative.Image;
import io.sextant.bidder.campaign.Creative.NativeAd;
import io.sextant.protocol.openrtb.NativeRequest;
import io.sextant.protocol.openrtb.NativeResponse;

/** OpenRTB Native answers: an asset for each one that the layout asks for and the creative has. Free of state. */
public final class NativeMarkup {
    private static final int EVENT_IMPRESSION = 1;
    private static final int METHOD_IMAGE = 1;
    private static final String VERSION = "1.2";

    private NativeMarkup() {}

    /**
     * Builds the answer. The caller has made sure that the creative has all required assets.
     *
     * @param creative with a {@code nativeAd}
     * @param request  the layout's assets and event trackers
     * @param urls     of the bid
     */
    public static NativeResponse write(Creative creative, NativeRequest request, NoticeUrls urls) {
        NativeAd ad = creative.nativeAd();
        if (ad == null) {
            throw new IllegalArgumentException("creative " + creative.id() + " is not native");
        }
        var response = NativeResponse.newBuilder().setVer(request.hasVer() ? request.getVer() : VERSION)
                .setLink(NativeResponse.Link.newBuilder().setUrl(urls.click()));
        for (NativeRequest.Asset asked : request.getAssetsList()) {
            asset(asked, ad, response);
        }
        boolean tracked = request.getEventtrackersList().stream().anyMatch(
                tracker -> tracker.getEvent() == EVENT_IMPRESSION && tracker.getMethodsList().contains(METHOD_IMAGE));
        if (tracked) {
            response.addEventtrackers(NativeResponse.EventTracker.newBuilder().setEvent(EVENT_IMPRESSION)
                    .setMethod(METHOD_IMAGE).setUrl(urls.impression()));
        } else {
            // Before version 1.2, and where the layout asks for no trackers.
            response.addImptrackers(urls.impression());
        }
        return response.build();
    }

    private static void asset(NativeRequest.Asset asked, NativeAd ad, NativeResponse.Builder response) {
        var asset = NativeResponse.Asset.newBuilder().setId(asked.getId());
        switch (asked.getAssetOneofCase()) {
            case TITLE -> asset.setTitle(NativeResponse.Title.newBuilder()
                    .setText(shortened(ad.title(), asked.getTitle().hasLen() ? asked.getTitle().getLen() : 0)));
            case IMG -> {
                Image image = ad.image(asked.getImg().getType());
                if (image == null) {
                    return;
                }
                asset.setImg(NativeResponse.Image.newBuilder().setType(asked.getImg().getType()).setUrl(image.url())
                        .setW(image.w()).setH(image.h()));
            }
            case DATA -> {
                String value = ad.data().get(asked.getData().getType());
                if (value == null) {
                    return;
                }
                asset.setData(NativeResponse.Data.newBuilder().setType(asked.getData().getType())
                        .setValue(shortened(value, asked.getData().hasLen() ? asked.getData().getLen() : 0)));
            }
            default -> {
                return;
            }
        }
        if (asked.getRequired()) {
            asset.setRequired(true);
        }
        response.addAssets(asset);
    }

    /** At most {@code max} characters; 0 is no bound. Never cuts a character in two. */
    private static String shortened(String text, int max) {
        if (max <= 0 || text.codePointCount(0, text.length()) <= max) {
            return text;
        }
        return text.substring(0, text.offsetByCodePoints(0, max - 1)) + "…";
    }
}
