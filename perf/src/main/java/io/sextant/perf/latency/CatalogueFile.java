package io.sextant.perf.latency;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sextant.bidder.campaign.Budget;
import io.sextant.bidder.campaign.Campaign;
import io.sextant.bidder.campaign.Creative;
import io.sextant.bidder.campaign.DeviceType;
import io.sextant.bidder.campaign.Schedule;
import io.sextant.bidder.campaign.Targeting;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes campaigns to a catalogue file that a bidder reads, as JSON. Pure functions. */
final class CatalogueFile {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int MICRO_DIGITS = 6;
    private static final int HOURS_OF_DAY = 24;
    private static final List<String> DAYS = List.of("mon", "tue", "wed", "thu", "fri", "sat", "sun");
    /** Keys of native data assets by type. */
    private static final Map<Integer, String> DATA_KEYS = Map.of(1, "sponsored", 2, "description", 3, "rating", 4,
            "likes", 5, "downloads", 6, "price", 7, "sale-price", 10, "description2", 11, "display-url", 12, "cta");

    private CatalogueFile() {}

    /**
     * Writes a file beside its place, then renames it, so that a bidder that watches it sees all or nothing.
     *
     * @throws IOException if the disk does not take it
     */
    static void write(Path file, List<Campaign> campaigns) throws IOException {
        Path beside = file.resolveSibling(file.getFileName() + ".new");
        try (JsonGenerator out = JSON.createGenerator(Files.newBufferedWriter(beside))) {
            out.writeStartObject();
            out.writeArrayFieldStart("campaigns");
            for (Campaign campaign : campaigns) {
                // A line each: whoever reads the file, or a message that names a line, finds the campaign.
                out.writeRaw('\n');
                write(campaign, out);
            }
            out.writeEndArray();
            out.writeEndObject();
        }
        Files.move(beside, file, java.nio.file.StandardCopyOption.ATOMIC_MOVE,
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    }

    private static void write(Campaign campaign, JsonGenerator out) throws IOException {
        out.writeStartObject();
        out.writeStringField("id", campaign.id());
        out.writeStringField("advertiser-id", campaign.advertiserId());
        texts("advertiser-domains", campaign.advertiserDomains(), out);
        text("app-bundle", campaign.appBundle(), out);
        texts("categories", campaign.categories(), out);
        out.writeNumberField("category-taxonomy", campaign.categoryTaxonomy());
        out.writeStringField("seat", campaign.seat());
        out.writeNumberField("cpc", usd(campaign.cpcMicros()));
        out.writeObjectFieldStart("margin");
        out.writeNumberField("first-price", campaign.firstPriceMargin());
        out.writeNumberField("second-price", campaign.secondPriceMargin());
        out.writeEndObject();
        out.writeNumberField("bid-cap-cpm", usd(campaign.bidCapCpmMicros()));
        if (campaign.budget().dailyMicros() != Budget.UNLIMITED) {
            out.writeNumberField("daily-budget", usd(campaign.budget().dailyMicros()));
        }
        text("language", campaign.language(), out);
        texts("deal-ids", campaign.dealIds(), out);
        if (campaign.dealsOnly()) {
            out.writeBooleanField("deals-only", true);
        }
        if (!campaign.schedule().activeHours().isEmpty()) {
            out.writeStringField("time-zone", campaign.schedule().zone().getId());
            texts("active-hours", hours(campaign.schedule()), out);
        }
        write(campaign.targeting(), out);
        out.writeArrayFieldStart("creatives");
        for (Creative creative : campaign.creatives()) {
            write(creative, out);
        }
        out.writeEndArray();
        out.writeEndObject();
    }

    private static void write(Targeting targeting, JsonGenerator out) throws IOException {
        out.writeObjectFieldStart("targeting");
        texts("exchanges", targeting.exchanges(), out);
        texts("countries", targeting.countries(), out);
        texts("regions", targeting.regions(), out);
        texts("devices", targeting.devices().stream().map(DeviceType::label).toList(), out);
        texts("categories", targeting.categories(), out);
        texts("blocked-categories", targeting.blockedCategories(), out);
        out.writeNumberField("category-taxonomy", targeting.categoryTaxonomy());
        texts("sites", targeting.sites(), out);
        texts("blocked-sites", targeting.blockedSites(), out);
        out.writeStringField("interstitial", targeting.interstitial().name().toLowerCase(Locale.ROOT));
        out.writeEndObject();
    }

    private static void write(Creative creative, JsonGenerator out) throws IOException {
        out.writeStartObject();
        out.writeStringField("id", creative.id());
        out.writeStringField("format", creative.format().label());
        texts("sizes", creative.sizes().stream().map(Creative.Size::toString).toList(), out);
        if (creative.bannerType() > 0) {
            out.writeNumberField("banner-type", creative.bannerType());
        }
        numbers("attributes", creative.attributes(), out);
        numbers("apis", creative.apis(), out);
        out.writeBooleanField("secure", creative.secure());
        out.writeStringField("landing-page", creative.landingPage());
        text("image-url", creative.imageUrl(), out);
        text("html", creative.html(), out);
        Creative.VideoAd video = creative.video();
        if (video != null) {
            out.writeObjectFieldStart("video");
            out.writeStringField("media-url", video.mediaUrl());
            out.writeStringField("mime", video.mime());
            out.writeNumberField("duration", video.durationSeconds());
            out.writeNumberField("bitrate", video.bitrateKbps());
            numbers("protocols", video.protocols(), out);
            out.writeEndObject();
        }
        Creative.NativeAd nativeAd = creative.nativeAd();
        if (nativeAd != null) {
            out.writeObjectFieldStart("native");
            out.writeStringField("title", nativeAd.title());
            image("image", nativeAd.main(), out);
            image("icon", nativeAd.icon(), out);
            for (var asset : nativeAd.data().entrySet()) {
                String key = DATA_KEYS.get(asset.getKey());
                if (key == null) {
                    throw new IllegalArgumentException(
                            "creative " + creative.id() + ": the catalogue has no key for native data type "
                                    + asset.getKey());
                }
                out.writeStringField(key, asset.getValue());
            }
            out.writeEndObject();
        }
        out.writeEndObject();
    }

    private static void image(String key, Creative.@Nullable Image image, JsonGenerator out) throws IOException {
        if (image != null) {
            out.writeObjectFieldStart(key);
            out.writeStringField("url", image.url());
            out.writeNumberField("w", image.w());
            out.writeNumberField("h", image.h());
            out.writeEndObject();
        }
    }

    private static void text(String key, @Nullable String value, JsonGenerator out) throws IOException {
        if (value != null) {
            out.writeStringField(key, value);
        }
    }

    private static void texts(String key, List<String> values, JsonGenerator out) throws IOException {
        if (!values.isEmpty()) {
            out.writeArrayFieldStart(key);
            for (String value : values) {
                out.writeString(value);
            }
            out.writeEndArray();
        }
    }

    private static void numbers(String key, List<Integer> values, JsonGenerator out) throws IOException {
        if (!values.isEmpty()) {
            out.writeArrayFieldStart(key);
            for (int value : values) {
                out.writeNumber(value);
            }
            out.writeEndArray();
        }
    }

    private static BigDecimal usd(long micros) {
        return BigDecimal.valueOf(micros, MICRO_DIGITS);
    }

    /** Stretches of a day each, such as "mon 06-24". */
    private static List<String> hours(Schedule schedule) {
        List<String> stretches = new ArrayList<>();
        List<Integer> hours = schedule.activeHours();
        int first = 0;
        for (int i = 1; i <= hours.size(); i++) {
            int from = hours.get(first);
            if (i == hours.size() || hours.get(i) != hours.get(i - 1) + 1 || hours.get(i) % HOURS_OF_DAY == 0) {
                stretches.add(String.format(Locale.ROOT, "%s %02d-%02d", DAYS.get(from / HOURS_OF_DAY),
                        from % HOURS_OF_DAY, hours.get(i - 1) % HOURS_OF_DAY + 1));
                first = i;
            }
        }
        return stretches;
    }
}
