package io.sextant.bidder.campaign;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One creative. {@code video} is there exactly for the format VIDEO, {@code nativeAd} exactly for NATIVE; a banner has
 * an {@code imageUrl} or an {@code html} snippet.
 *
 * @param id          unique in the catalogue, {@code bid.crid}
 * @param format      BANNER, VIDEO or NATIVE
 * @param sizes       width × height in device-independent pixels, at least one for banners, exactly one for videos, none
 *                    for native
 * @param bannerType  OpenRTB list "Banner Ad Types"; 0 where the format is not BANNER
 * @param attributes  OpenRTB list "Creative Attributes", {@code bid.attr}
 * @param apis        frameworks that the markup needs one of (OpenRTB list "API Frameworks"); empty for none
 * @param secure      whether all of its assets load over https
 * @param landingPage where a click leads; http or https
 * @param imageUrl    the banner's image, or a preview of anything else ({@code bid.iurl}); null for none
 * @param html        the banner's markup with the macros {@code ${CLICK_URL}} and {@code ${CLICK_URL_ESC}}; null for none
 * @param video       what the player must be able to do
 * @param nativeAd    what the layout can be made from
 */
public record Creative(String id, AdFormat format, List<Size> sizes, int bannerType, List<Integer> attributes,
        List<Integer> apis, boolean secure, String landingPage, @Nullable String imageUrl, @Nullable String html,
        @Nullable VideoAd video, @Nullable NativeAd nativeAd) {

    public Creative {
        sizes = List.copyOf(sizes);
        attributes = List.copyOf(attributes);
        apis = List.copyOf(apis);
    }

    /**
     * Width and height.
     *
     * @param w device-independent pixels, 1 to 32767
     * @param h device-independent pixels, 1 to 32767
     */
    public record Size(int w, int h) {
        @Override
        public String toString() {
            return w + "x" + h;
        }
    }

    /**
     * A linear video.
     *
     * @param mediaUrl        the media file
     * @param mime            its type, "video/mp4" for example
     * @param durationSeconds its length, above 0
     * @param bitrateKbps     its bit rate; 0 when not told
     * @param protocols       VAST versions that the answer can be (OpenRTB list "Protocols")
     */
    public record VideoAd(String mediaUrl, String mime, int durationSeconds, int bitrateKbps,
            List<Integer> protocols) {
        public VideoAd {
            protocols = List.copyOf(protocols);
        }
    }

    /**
     * The assets of a native ad.
     *
     * @param title the headline
     * @param main  main image, image asset type 3; null for none
     * @param icon  icon, image asset type 1; null for none
     * @param data  data assets by type (OpenRTB Native list "Data Asset Types"): 1 sponsored by, 2 description, 12 call to
     *              action, …
     */
    public record NativeAd(String title, @Nullable Image main, @Nullable Image icon, Map<Integer, String> data) {
        /** Image asset type of {@code main}. */
        public static final int MAIN = 3;
        /** Image asset type of {@code icon}. */
        public static final int ICON = 1;

        public NativeAd {
            data = Map.copyOf(data);
        }

        /** The image of the given asset type, or null if the creative has none. */
        public @Nullable Image image(int type) {
            return switch (type) {
                case MAIN -> main;
                case ICON -> icon;
                default -> null;
            };
        }
    }

    /**
     * An image of a native ad.
     *
     * @param url where it lies
     * @param w   pixels
     * @param h   pixels
     */
    public record Image(String url, int w, int h) {}
}
