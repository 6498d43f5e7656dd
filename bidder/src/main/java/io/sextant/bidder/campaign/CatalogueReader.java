package io.sextant.bidder.campaign;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.yaml.snakeyaml.LoaderOptions;

/**
 * Reads the campaign catalogue. A file with any mistake is refused whole. Cold; thread-safe.
 *
 * <p>
 * The file is YAML, or JSON if its name ends with {@code .json}, which is read ten times as fast; with one list, {@code
 * campaigns}. Sums are in USD. A campaign has
 * <dl>
 * <dt>id, seat, advertiser-id, advertiser-domains, cpc, creatives
 * <dd>required
 * <dt>margin {first-price, second-price}, bid-cap-cpm
 * <dd>otherwise those of {@link CatalogueConfig}
 * <dt>daily-budget, total-budget, pacing, target-cpc, bidding
 * <dd>what {@link Budget} says; days are those of time-zone; otherwise unlimited, unlimited, even, none and value
 * <dt>frequency-caps
 * <dd>a list such as ["3 in 1d", "1 in 90m"], impressions of one user in a time (s, m, h, d); otherwise none
 * <dt>categories, category-taxonomy, app-bundle, language, deal-ids, deals-only
 * <dd>what {@link Campaign} says; otherwise none, 1, none, none, none and false
 * <dt>time-zone, active-hours
 * <dd>an IANA name (UTC), and a list such as ["mon-fri 08-20", "daily 22-04", "sun"]; otherwise always
 * <dt>targeting {exchanges, countries, regions, devices, categories, blocked-categories, category-taxonomy, sites,
 * blocked-sites, interstitial}
 * <dd>what {@link Targeting} says; otherwise everywhere
 * </dl>
 * and a creative has
 * <dl>
 * <dt>id, format, landing-page
 * <dd>required; banner, video or native
 * <dt>sizes, image-url, html, banner-type
 * <dd>of a banner; sizes and one of image-url and html are required
 * <dt>sizes, video {media-url, mime, duration, bitrate, protocols}
 * <dd>of a video; one size, seconds, kbit/s
 * <dt>native {title, image {url, w, h}, icon {url, w, h}, sponsored, description, description2, cta, rating, likes,
 * downloads, price, sale-price, display-url}
 * <dd>of a native ad; the title is required
 * <dt>attributes, apis, secure
 * <dd>what {@link Creative} says; otherwise none, none and true
 * </dl>
 */
public final class CatalogueReader {
    private static final String LIST = "campaigns";
    private static final String JSON_SUFFIX = ".json";
    /** A catalogue of 50,000 campaigns has some 80 MB; the parser's own bound is 3. */
    private static final int FILE_CHARS_MAX = 512 * 1024 * 1024;

    private final CampaignReader campaigns;
    private final boolean keepSource;
    private final ObjectMapper yaml;
    private final ObjectMapper json = JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

    /** Makes a reader that fills gaps from these settings. */
    public CatalogueReader(CatalogueConfig defaults) {
        this(defaults, false);
    }

    /**
     * Makes a reader that fills gaps from these settings.
     *
     * @param keepSource whether catalogues carry the bytes that they were read from
     */
    public CatalogueReader(CatalogueConfig defaults, boolean keepSource) {
        this.keepSource = keepSource;
        this.campaigns = new CampaignReader(defaults);
        var options = new LoaderOptions();
        options.setCodePointLimit(FILE_CHARS_MAX);
        this.yaml = new YAMLMapper(YAMLFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .loaderOptions(options).build());
    }

    /**
     * Reads a file.
     *
     * @throws CatalogueException if it cannot be read or used; one line that names file, campaign, key, value and remedy
     */
    public Catalogue read(Path file) {
        try {
            return read(file.toString(), Files.readAllBytes(file));
        } catch (IOException e) {
            throw new CatalogueException(file + ": cannot be read (" + e + "); check the path and its permissions");
        }
    }

    /**
     * Reads the bytes of a file; see {@link #read(Path)}. Never more than one campaign is there as a tree: of fifty thousand,
     * trees would take more memory than a bidder has.
     */
    Catalogue read(String name, byte[] bytes) {
        var collected = new Collected();
        ObjectNode others = yaml.createObjectNode();
        boolean isJson = name.endsWith(JSON_SUFFIX);
        ObjectMapper form = isJson ? json : yaml;
        try (JsonParser parser = form.createParser(bytes)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                JsonNode whole = parser.currentToken() == null ? MissingNode.getInstance()
                        : form.<JsonNode>readTree(parser);
                throw CatalogueEntry.noMapping(name, whole);
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String key = parser.currentName();
                if (parser.nextToken() == JsonToken.START_ARRAY && key.equals(LIST)) {
                    others.putArray(key);
                    while (parser.nextToken() != JsonToken.END_ARRAY) {
                        collected.add(campaigns, CatalogueEntry.ofList(name, LIST, collected.read.size(),
                                form.readTree(parser)));
                    }
                } else {
                    others.set(key, form.<JsonNode>readTree(parser));
                }
            }
        } catch (JsonProcessingException e) {
            String where = e.getLocation() == null ? ""
                    : " line " + e.getLocation().getLineNr() + ", column " + e.getLocation().getColumnNr() + ":";
            throw new CatalogueException(name + ":" + where + " is not " + (isJson ? "JSON" : "YAML") + " ("
                    + e.getOriginalMessage().replaceAll("\\s+", " ") + "); correct it there");
        } catch (IOException e) {
            throw new CatalogueException(name + ": is not UTF-8 text (" + e.getMessage() + "); save it as UTF-8");
        }
        CatalogueEntry root = new CatalogueEntry(name, others);
        if (collected.read.isEmpty()) {
            root.requireEntries(LIST);
        }
        root.has(LIST);
        root.close();
        return new Catalogue(sha256(bytes), collected.read,
                keepSource ? ByteString.copyFrom(bytes) : ByteString.EMPTY);
    }

    /** Campaigns so far, and whose their ids are. */
    private static final class Collected {
        private final List<Campaign> read = new ArrayList<>();
        private final Set<String> ids = new HashSet<>();
        private final Map<String, String> ownerOfCreative = new HashMap<>();

        void add(CampaignReader campaigns, CatalogueEntry entry) {
            Campaign campaign = campaigns.read(entry);
            if (!ids.add(campaign.id())) {
                throw entry.refuse("id", "\"" + campaign.id() + "\" is there twice; give each campaign its own");
            }
            for (Creative creative : campaign.creatives()) {
                String other = ownerOfCreative.put(creative.id(), campaign.id());
                if (other != null) {
                    throw entry.refuse("creatives",
                            "id \"" + creative.id() + "\" is there twice, also in campaign " + other
                                    + "; give each creative its own");
                }
            }
            read.add(campaign);
        }
    }

    /** Lower-case hex. */
    static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
