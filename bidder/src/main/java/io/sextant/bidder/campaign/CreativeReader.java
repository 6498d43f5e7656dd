package io.sextant.bidder.campaign;

import io.sextant.bidder.campaign.Creative.Image;
import io.sextant.bidder.campaign.Creative.NativeAd;
import io.sextant.bidder.campaign.Creative.Size;
import io.sextant.bidder.campaign.Creative.VideoAd;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads one creative of the catalogue. Cold. */
final class CreativeReader {
    private static final Pattern SIZE = Pattern.compile("(\\d{1,5})x(\\d{1,5})");
    private static final Pattern MIME = Pattern.compile("[\\w.+-]+/[\\w.+-]+");
    private static final String CLICK_MACRO = "${CLICK_URL";
    private static final int PIXELS_MAX = 32_767;
    private static final int ATTRIBUTE_MAX = 1_000;
    private static final int SECONDS_MAX = 3_600;
    private static final int KBPS_MAX = 1_000_000;
    /** OpenRTB "Banner Ad Types". */
    private static final int XHTML_BANNER = 2;
    private static final int JAVASCRIPT = 3;
    private static final int BANNER_TYPE_MAX = 4;
    /** OpenRTB "Protocols": VAST 4.0, 4.1, 4.2 in line, which is what the answers are, and players take each for the other. */
    private static final List<Integer> VAST_4 = List.of(7, 11, 13);
    /** Native data asset types that have a key of their own; sorted, so that messages list them in one order. */
    private static final Map<String, Integer> DATA_TYPES = new TreeMap<>(
            Map.of("sponsored", 1, "description", 2, "rating", 3, "likes", 4, "downloads", 5, "price", 6,
                    "sale-price", 7, "description2", 10, "display-url", 11, "cta", 12));

    Creative read(CatalogueEntry entry) {
        String id = entry.text("id");
        AdFormat format = entry.choice("format", AdFormat.values(), null);
        String landingPage = url(entry, "landing-page", entry.text("landing-page"));
        String imageUrl = entry.textOrNull("image-url");
        if (imageUrl != null) {
            url(entry, "image-url", imageUrl);
        }
        List<Integer> attributes = entry.integers("attributes", 1, ATTRIBUTE_MAX);
        List<Integer> apis = entry.integers("apis", 1, ATTRIBUTE_MAX);
        boolean secure = entry.flag("secure", true);
        Creative creative = switch (format) {
            case BANNER -> {
                String html = html(entry, imageUrl);
                int type = entry.integer("banner-type", html == null ? XHTML_BANNER : JAVASCRIPT, 1, BANNER_TYPE_MAX);
                yield new Creative(id, format, sizes(entry), type, attributes, apis, secure, landingPage, imageUrl,
                        html,
                        null, null);
            }
            case VIDEO -> new Creative(id, format, oneSize(entry), 0, attributes, apis, secure, landingPage, imageUrl,
                    null, video(entry), null);
            case NATIVE -> new Creative(id, format, List.of(), 0, attributes, apis, secure, landingPage, imageUrl, null,
                    null, nativeAd(entry));
            case AUDIO -> throw entry.refuse("format", "audio is not supported; write banner, video or native");
        };
        if (secure) {
            refuseInsecure(entry, creative);
        }
        entry.close();
        return creative;
    }

    private static @Nullable String html(CatalogueEntry entry, @Nullable String imageUrl) {
        String html = entry.textOrNull("html");
        if (html == null && imageUrl == null) {
            throw entry.refuse("image-url", "is missing, and so is html; a banner needs one of them");
        }
        if (html != null && !html.contains(CLICK_MACRO)) {
            throw entry.refuse("html",
                    "has neither ${CLICK_URL} nor ${CLICK_URL_ESC}; without one no click is ever counted");
        }
        return html;
    }

    private static List<Size> sizes(CatalogueEntry entry) {
        List<Size> sizes = entry.parsed("sizes", "width x height, 300x250 for example", CreativeReader::size);
        if (sizes.isEmpty()) {
            throw entry.refuse("sizes", "is missing; write [300x250]");
        }
        if (sizes.stream().distinct().count() < sizes.size()) {
            throw entry.refuse("sizes", sizes + " names a size twice; name each once");
        }
        return sizes;
    }

    private static List<Size> oneSize(CatalogueEntry entry) {
        List<Size> sizes = sizes(entry);
        if (sizes.size() > 1) {
            throw entry.refuse("sizes", sizes + " are several; a video has one, make a creative for each");
        }
        return sizes;
    }

    private static @Nullable Size size(String text) {
        Matcher matcher = SIZE.matcher(text);
        if (!matcher.matches()) {
            return null;
        }
        int w = Integer.parseInt(matcher.group(1));
        int h = Integer.parseInt(matcher.group(2));
        return w >= 1 && w <= PIXELS_MAX && h >= 1 && h <= PIXELS_MAX ? new Size(w, h) : null;
    }

    private static VideoAd video(CatalogueEntry creative) {
        CatalogueEntry entry = creative.entry("video");
        if (entry == null) {
            throw creative.refuse("video", "is missing; a video creative needs media-url, mime and duration");
        }
        String mime = entry.text("mime");
        if (!MIME.matcher(mime).matches()) {
            throw entry.refuse("mime", "\"" + mime + "\" is not right; write a media type, video/mp4 for example");
        }
        List<Integer> protocols = entry.integers("protocols", 1, ATTRIBUTE_MAX);
        var video = new VideoAd(url(entry, "media-url", entry.text("media-url")), mime,
                entry.integer("duration", 1, SECONDS_MAX), entry.integer("bitrate", 0, 0, KBPS_MAX),
                protocols.isEmpty() ? VAST_4 : protocols);
        entry.close();
        return video;
    }

    private static NativeAd nativeAd(CatalogueEntry creative) {
        CatalogueEntry entry = creative.entry("native");
        if (entry == null) {
            throw creative.refuse("native", "is missing; a native creative needs at least a title");
        }
        Map<Integer, String> data = new HashMap<>();
        DATA_TYPES.forEach((key, type) -> {
            String text = entry.textOrNull(key);
            if (text != null) {
                data.put(type, text);
            }
        });
        var assets = new NativeAd(entry.text("title"), image(entry.entry("image")), image(entry.entry("icon")), data);
        entry.close();
        return assets;
    }

    private static @Nullable Image image(@Nullable CatalogueEntry entry) {
        if (entry == null) {
            return null;
        }
        var image = new Image(url(entry, "url", entry.text("url")), entry.integer("w", 1, PIXELS_MAX),
                entry.integer("h", 1, PIXELS_MAX));
        entry.close();
        return image;
    }

    private static String url(CatalogueEntry entry, String key, String text) {
        try {
            URI uri = new URI(text);
            if (uri.getHost() != null && ("https".equals(uri.getScheme()) || "http".equals(uri.getScheme()))) {
                return text;
            }
        } catch (URISyntaxException e) {
            throw entry.refuse(key,
                    "\"" + text + "\" is not a URL (" + e.getReason() + "); percent-encode what is not allowed");
        }
        throw entry.refuse(key,
                "\"" + text + "\" is not right; write a whole URL, https://brand.example/page for example");
    }

    private static void refuseInsecure(CatalogueEntry entry, Creative creative) {
        VideoAd video = creative.video();
        NativeAd assets = creative.nativeAd();
        refuseInsecure(entry, "image-url", creative.imageUrl());
        refuseInsecure(entry, "video.media-url", video == null ? null : video.mediaUrl());
        refuseInsecure(entry, "native.image.url", assets == null || assets.main() == null ? null : assets.main().url());
        refuseInsecure(entry, "native.icon.url", assets == null || assets.icon() == null ? null : assets.icon().url());
    }

    private static void refuseInsecure(CatalogueEntry entry, String key, @Nullable String url) {
        if (url != null && url.startsWith("http:")) {
            throw entry.refuse(key, "\"" + url + "\" is not https; change it or write secure: false");
        }
    }
}
