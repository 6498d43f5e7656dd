package io.sextant.bidder.campaign;

import com.google.protobuf.ByteString;
import com.google.protobuf.LazyStringList;
import io.sextant.bidder.campaign.Creative.Image;
import io.sextant.bidder.campaign.Creative.NativeAd;
import io.sextant.bidder.campaign.Creative.Size;
import io.sextant.bidder.campaign.Creative.VideoAd;
import io.sextant.protocol.openrtb.BidRequest;
import io.sextant.protocol.openrtb.NativeRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Whether a creative can be shown where an impression offers room. Hot path: pure functions. */
final class CreativeFit {
    private static final int NON_LINEAR = 2;

    private CreativeFit() {}

    /** Whether the size fits one of the banner's formats; without formats, its exact size or its range of sizes. */
    static boolean fits(BidRequest.Banner banner, Size size) {
        for (int i = 0; i < banner.getFormatCount(); i++) {
            if (fits(banner.getFormat(i), size)) {
                return true;
            }
        }
        if (banner.getFormatCount() > 0) {
            return false;
        }
        if (isRange(banner)) {
            return inRange(size.w(), banner.getWmin(), banner.getWmax())
                    && inRange(size.h(), banner.getHmin(), banner.getHmax());
        }
        return size.w() == banner.getW() && size.h() == banner.getH();
    }

    /** Whether the banner asks for anything but exact sizes. */
    static boolean isFlexible(BidRequest.Banner banner) {
        for (int i = 0; i < banner.getFormatCount(); i++) {
            if (isFlexible(banner.getFormat(i))) {
                return true;
            }
        }
        return banner.getFormatCount() == 0 && isRange(banner);
    }

    private static boolean fits(BidRequest.Format format, Size size) {
        if (isFlexible(format)) {
            return size.w() >= format.getWmin() && size.w() * format.getHratio() == size.h() * format.getWratio();
        }
        return size.w() == format.getW() && size.h() == format.getH();
    }

    private static boolean isFlexible(BidRequest.Format format) {
        return format.getWratio() > 0 && format.getHratio() > 0;
    }

    private static boolean isRange(BidRequest.Banner banner) {
        return banner.getWmin() > 0 || banner.getWmax() > 0 || banner.getHmin() > 0 || banner.getHmax() > 0;
    }

    private static boolean inRange(int value, int min, int max) {
        return value >= min && (max == 0 || value <= max);
    }

    /**
     * Whether the player takes the video: its type, length, bit rate and protocol; and the video is no larger than the
     * player, where the request gives the player's size.
     */
    static boolean fits(BidRequest.Video player, VideoAd ad, int w, int h) {
        return player.getLinearity() != NON_LINEAR && takesMime(player, ad.mime()) && takesDuration(player, ad)
                && takesBitrate(player, ad.bitrateKbps()) && takesProtocol(player, ad.protocols())
                && (player.getW() <= 0 || w <= player.getW()) && (player.getH() <= 0 || h <= player.getH());
    }

    private static boolean takesMime(BidRequest.Video player, String mime) {
        for (int i = 0; i < player.getMimesCount(); i++) {
            if (isMime(player.getMimesList(), i, mime)) {
                return true;
            }
        }
        return player.getMimesCount() == 0;
    }

    /** Media types are ASCII; one that came over the wire is compared as it lies there, without making a String of it. */
    private static boolean isMime(List<String> types, int i, String mime) {
        if (!(types instanceof LazyStringList lazy) || !(lazy.getRaw(i) instanceof ByteString raw)) {
            return mime.equalsIgnoreCase(types.get(i));
        }
        boolean same = raw.size() == mime.length();
        for (int k = 0; same && k < mime.length(); k++) {
            same = Character.toLowerCase((char) raw.byteAt(k)) == Character.toLowerCase(mime.charAt(k));
        }
        return same;
    }

    private static boolean takesDuration(BidRequest.Video player, VideoAd ad) {
        for (int i = 0; i < player.getRqddursCount(); i++) {
            if (player.getRqddurs(i) == ad.durationSeconds()) {
                return true;
            }
        }
        return player.getRqddursCount() == 0 && ad.durationSeconds() >= player.getMinduration()
                && (player.getMaxduration() <= 0 || ad.durationSeconds() <= player.getMaxduration());
    }

    private static boolean takesBitrate(BidRequest.Video player, int kbps) {
        return kbps == 0 || inRange(kbps, player.getMinbitrate(), Math.max(player.getMaxbitrate(), 0));
    }

    private static boolean takesProtocol(BidRequest.Video player, List<Integer> protocols) {
        boolean any = player.getProtocolsCount() == 0 && !player.hasProtocol();
        for (int i = 0; i < protocols.size() && !any; i++) {
            any = player.getProtocol() == protocols.get(i);
            for (int j = 0; j < player.getProtocolsCount() && !any; j++) {
                any = player.getProtocols(j) == protocols.get(i);
            }
        }
        return any;
    }

    /** Whether the creative has every asset that the layout requires, in the room that it leaves. */
    static boolean fits(NativeRequest layout, NativeAd ad) {
        for (int i = 0; i < layout.getAssetsCount(); i++) {
            NativeRequest.Asset asset = layout.getAssets(i);
            if (asset.getRequired() && !has(ad, asset)) {
                return false;
            }
        }
        return layout.getAssetsCount() > 0;
    }

    private static boolean has(NativeAd ad, NativeRequest.Asset asset) {
        return switch (asset.getAssetOneofCase()) {
            case TITLE -> ad.title().length() <= asset.getTitle().getLen() || asset.getTitle().getLen() == 0;
            case IMG -> isLargeEnough(ad.image(imageType(asset.getImg())), asset.getImg());
            case DATA -> fitsIn(ad.data().get(asset.getData().getType()), asset.getData().getLen());
            case VIDEO, ASSETONEOF_NOT_SET -> false;
        };
    }

    private static int imageType(NativeRequest.Image image) {
        return image.hasType() ? image.getType() : NativeAd.MAIN;
    }

    /** Images are scaled down by the publisher, never up; the smallest allowed size counts before the wanted one. */
    private static boolean isLargeEnough(@Nullable Image image, NativeRequest.Image wanted) {
        int wmin = wanted.getWmin() > 0 ? wanted.getWmin() : wanted.getW();
        int hmin = wanted.getHmin() > 0 ? wanted.getHmin() : wanted.getH();
        return image != null && image.w() >= wmin && image.h() >= hmin;
    }

    private static boolean fitsIn(@Nullable String text, int length) {
        return text != null && (length <= 0 || text.length() <= length);
    }

    /** Whether the place of this format has one of the frameworks that the creative needs; what is not listed is not there. */
    static boolean hasFramework(BidRequest.Imp imp, AdFormat format, List<Integer> needed) {
        for (int i = 0; i < needed.size(); i++) {
            int api = needed.get(i);
            if (switch (format) {
                case BANNER -> contains(imp.getBanner(), api);
                case VIDEO -> contains(imp.getVideo(), api);
                case NATIVE -> contains(imp.getNative(), api);
                case AUDIO -> false;
            }) {
                return true;
            }
        }
        return needed.isEmpty();
    }

    /** Whether the place of this format blocks the creative for one of its attributes, or for what kind of banner it is. */
    static boolean isBlocked(BidRequest.Imp imp, AdFormat format, int bannerType, List<Integer> attributes) {
        return switch (format) {
            case BANNER -> blocks(imp.getBanner(), bannerType, attributes);
            case VIDEO -> blocks(imp.getVideo(), attributes);
            case NATIVE -> blocks(imp.getNative(), attributes);
            case AUDIO -> false;
        };
    }

    private static boolean blocks(BidRequest.Banner banner, int type, List<Integer> attributes) {
        for (int i = 0; i < banner.getBtypeCount(); i++) {
            if (banner.getBtype(i) == type) {
                return true;
            }
        }
        for (int i = 0; i < banner.getBattrCount(); i++) {
            if (contains(attributes, banner.getBattr(i))) {
                return true;
            }
        }
        return false;
    }

    private static boolean blocks(BidRequest.Video video, List<Integer> attributes) {
        for (int i = 0; i < video.getBattrCount(); i++) {
            if (contains(attributes, video.getBattr(i))) {
                return true;
            }
        }
        return false;
    }

    private static boolean blocks(BidRequest.Native place, List<Integer> attributes) {
        for (int i = 0; i < place.getBattrCount(); i++) {
            if (contains(attributes, place.getBattr(i))) {
                return true;
            }
        }
        return false;
    }

    /** As a list of Integers would find it, but without boxing what is looked for. */
    private static boolean contains(List<Integer> numbers, int number) {
        for (int i = 0; i < numbers.size(); i++) {
            if (numbers.get(i) == number) {
                return true;
            }
        }
        return false;
    }

    private static boolean contains(BidRequest.Banner banner, int api) {
        for (int i = 0; i < banner.getApiCount(); i++) {
            if (banner.getApi(i) == api) {
                return true;
            }
        }
        return false;
    }

    private static boolean contains(BidRequest.Video video, int api) {
        for (int i = 0; i < video.getApiCount(); i++) {
            if (video.getApi(i) == api) {
                return true;
            }
        }
        return false;
    }

    private static boolean contains(BidRequest.Native place, int api) {
        for (int i = 0; i < place.getApiCount(); i++) {
            if (place.getApi(i) == api) {
                return true;
            }
        }
        return false;
    }
}
