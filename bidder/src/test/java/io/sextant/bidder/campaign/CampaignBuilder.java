package io.sextant.bidder.campaign;

import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Campaigns for tests: one that is wanted everywhere, with whatever the test changes. */
public final class CampaignBuilder {
    private final String id;
    private List<String> domains = List.of("brand.example");
    private @Nullable String appBundle;
    private List<String> categories = List.of();
    private int categoryTaxonomy = 1;
    private String seat = "seat-1";
    private double cpcUsd = 0.5;
    private double firstPriceMargin = 0.15;
    private double capUsd = 50;
    private double budgetUsd = -1;
    private List<FrequencyCap> caps = List.of();
    private @Nullable String language;
    private List<String> deals = List.of();
    private boolean dealsOnly;
    private Schedule schedule = Schedule.ALWAYS;
    private Targeting targeting = Targeting.EVERYWHERE;
    private final List<Creative> creatives = new ArrayList<>();

    private CampaignBuilder(String id) {
        this.id = id;
    }

    public static CampaignBuilder campaign(String id) {
        return new CampaignBuilder(id);
    }

    public static Creative banner(String id, String... sizes) {
        return new Creative(id, AdFormat.BANNER,
                List.of(sizes).stream().map(CampaignBuilder::size).toList(), 2, List.of(), List.of(), true,
                "https://www.brand.example/landing", "https://cdn.example/" + id + ".png", null, null, null);
    }

    public static Creative banner(String id, int type, List<Integer> attributes, List<Integer> apis, boolean secure,
            String... sizes) {
        Creative plain = banner(id, sizes);
        return new Creative(id, AdFormat.BANNER, plain.sizes(), type, attributes, apis, secure, plain.landingPage(),
                plain.imageUrl(), null, null, null);
    }

    public static Creative video(String id, String size, String mime, int seconds, int kbps, Integer... protocols) {
        return new Creative(id, AdFormat.VIDEO, List.of(size(size)), 0, List.of(), List.of(), true,
                "https://www.brand.example/landing", null, null,
                new Creative.VideoAd("https://cdn.example/" + id + ".mp4", mime, seconds, kbps, List.of(protocols)),
                null);
    }

    public static Creative nativeAd(String id, String title, Creative.@Nullable Image main, Map<Integer, String> data) {
        return new Creative(id, AdFormat.NATIVE, List.of(), 0, List.of(), List.of(), true,
                "https://www.brand.example/landing", null, null, null, new Creative.NativeAd(title, main, null, data));
    }

    private static Creative.Size size(String text) {
        String[] parts = text.split("x", -1);
        return new Creative.Size(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]));
    }

    public CampaignBuilder domains(String... domains) {
        this.domains = List.of(domains);
        return this;
    }

    public CampaignBuilder appBundle(String bundle) {
        this.appBundle = bundle;
        return this;
    }

    public CampaignBuilder categories(int taxonomy, String... categories) {
        this.categoryTaxonomy = taxonomy;
        this.categories = List.of(categories);
        return this;
    }

    public CampaignBuilder seat(String seat) {
        this.seat = seat;
        return this;
    }

    public CampaignBuilder cpc(double usd) {
        this.cpcUsd = usd;
        return this;
    }

    public CampaignBuilder firstPriceMargin(double margin) {
        this.firstPriceMargin = margin;
        return this;
    }

    public CampaignBuilder cap(double usd) {
        this.capUsd = usd;
        return this;
    }

    public CampaignBuilder budget(double usd) {
        this.budgetUsd = usd;
        return this;
    }

    public CampaignBuilder caps(FrequencyCap... caps) {
        this.caps = List.of(caps);
        return this;
    }

    private static Budget daily(long micros) {
        return new Budget(micros, Budget.UNLIMITED, ZoneOffset.UTC, Budget.Pacing.ASAP, 0, Budget.Bidding.VALUE);
    }

    public CampaignBuilder language(@Nullable String language) {
        this.language = language;
        return this;
    }

    public CampaignBuilder deals(boolean only, String... ids) {
        this.dealsOnly = only;
        this.deals = List.of(ids);
        return this;
    }

    public CampaignBuilder hours(String zone, Integer... hours) {
        this.schedule = new Schedule(ZoneId.of(zone), List.of(hours));
        return this;
    }

    public CampaignBuilder targeting(Targeting targeting) {
        this.targeting = targeting;
        return this;
    }

    public CampaignBuilder creative(Creative creative) {
        creatives.add(creative);
        return this;
    }

    public Campaign build() {
        if (creatives.isEmpty()) {
            creatives.add(banner(id + "-banner", "300x250"));
        }
        return new Campaign(id, "advertiser-" + id, domains, appBundle, categories, categoryTaxonomy, seat,
                Math.round(cpcUsd * 1e6), firstPriceMargin, 0, Math.round(capUsd * 1e6),
                budgetUsd < 0 ? Budget.NONE : daily(Math.round(budgetUsd * 1e6)), caps, language, deals, dealsOnly,
                schedule,
                targeting, creatives);
    }
}
