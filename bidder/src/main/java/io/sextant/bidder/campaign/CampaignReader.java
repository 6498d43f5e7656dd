package io.sextant.bidder.campaign;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads one campaign of the catalogue. Cold. */
final class CampaignReader {
    private static final double MICROS = 1_000_000;
    /** Sums above a million USD are slips of the keyboard. */
    private static final double USD_MAX = 1_000_000;
    private static final double BUDGET_USD_MAX = 1_000_000_000;
    private static final Pattern CAP = Pattern.compile("(\\d{1,4}) +in +(\\d{1,7})([smhd])");
    private static final int CAP_MAX = 1_000;
    private static final Duration CAP_WINDOW_MAX = Duration.ofDays(31);
    private static final double CPC_MIN = 0.000_001;
    private static final double MARGIN_MAX = 0.99;
    private static final int TAXONOMY_MAX = 1_000;
    private static final Set<String> COUNTRIES = Set.copyOf(Locale.getISOCountries(Locale.IsoCountryCode.PART1_ALPHA3));
    private static final Pattern DOMAIN = Pattern.compile("[a-z0-9_-]+(\\.[a-z0-9_-]+)+");
    private static final Pattern LANGUAGE = Pattern.compile("[a-z]{2}");
    private static final List<String> DAYS = List.of("mon", "tue", "wed", "thu", "fri", "sat", "sun");
    private static final Pattern HOURS = Pattern
            .compile("(daily|mon|tue|wed|thu|fri|sat|sun)(?:-(mon|tue|wed|thu|fri|sat|sun))?"
                    + "(?: +(\\d{1,2})-(\\d{1,2}))?");
    private static final int HOURS_OF_DAY = 24;

    private final CatalogueConfig defaults;
    private final CreativeReader creatives = new CreativeReader();

    CampaignReader(CatalogueConfig defaults) {
        this.defaults = defaults;
    }

    Campaign read(CatalogueEntry entry) {
        String id = entry.text("id");
        CatalogueEntry margin = entry.entry("margin");
        double firstPrice = margin(margin, "first-price", defaults.firstPriceMargin());
        double secondPrice = margin(margin, "second-price", defaults.secondPriceMargin());
        if (margin != null) {
            margin.close();
        }
        List<String> deals = entry.texts("deal-ids");
        boolean dealsOnly = entry.flag("deals-only", false);
        if (dealsOnly && deals.isEmpty()) {
            throw entry.refuse("deals-only", "true, but there are no deal-ids; name them or write false");
        }
        ZoneId zone = zone(entry);
        List<Creative> shown = new ArrayList<>();
        for (CatalogueEntry creative : entry.entries("creatives")) {
            shown.add(creatives.read(creative));
        }
        Campaign campaign = new Campaign(id, entry.text("advertiser-id"), advertiserDomains(entry),
                entry.textOrNull("app-bundle"), entry.texts("categories"),
                entry.integer("category-taxonomy", 1, 1, TAXONOMY_MAX), entry.text("seat"),
                micros(entry.number("cpc", CPC_MIN, USD_MAX)), firstPrice, secondPrice,
                micros(entry.number("bid-cap-cpm", defaults.bidCapCpm(), CPC_MIN, USD_MAX)),
                budget(entry, zone), frequencyCaps(entry), language(entry), deals, dealsOnly, schedule(entry, zone),
                targeting(entry.entry("targeting")), shown);
        entry.close();
        return campaign;
    }

    private static double margin(@Nullable CatalogueEntry entry, String key, double otherwise) {
        return entry == null ? otherwise : entry.number(key, otherwise, 0, MARGIN_MAX);
    }

    private static long micros(double usd) {
        return Math.round(usd * MICROS);
    }

    private static List<String> advertiserDomains(CatalogueEntry entry) {
        List<String> domains = entry.parsed("advertiser-domains", "a domain such as brand.example",
                CampaignReader::domain);
        if (domains.isEmpty()) {
            throw entry.refuse("advertiser-domains", "is missing; exchanges want at least one, [brand.example]");
        }
        return domains;
    }

    private static @Nullable String domain(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        return DOMAIN.matcher(lower).matches() ? lower : null;
    }

    private static @Nullable String language(CatalogueEntry entry) {
        String language = entry.textOrNull("language");
        if (language != null && !LANGUAGE.matcher(language).matches()) {
            throw entry.refuse("language", "\"" + language + "\" is not right; write two letters, en for example");
        }
        return language;
    }

    private static Targeting targeting(@Nullable CatalogueEntry entry) {
        if (entry == null) {
            return Targeting.EVERYWHERE;
        }
        var targeting = new Targeting(entry.texts("exchanges"),
                entry.parsed("countries", "an ISO 3166-1 alpha-3 code, DEU for example", CampaignReader::country),
                entry.parsed("regions", "country and ISO 3166-2 region, USA/CA for example", CampaignReader::region),
                entry.choices("devices", DeviceType.values()), entry.texts("categories"),
                entry.texts("blocked-categories"), entry.integer("category-taxonomy", 1, 1, TAXONOMY_MAX),
                entry.parsed("sites", "a domain or an app's bundle, without https://", CampaignReader::site),
                entry.parsed("blocked-sites", "a domain or an app's bundle, without https://", CampaignReader::site),
                entry.choice("interstitial", Targeting.Interstitial.values(), Targeting.Interstitial.ANY));
        entry.close();
        return targeting;
    }

    private static @Nullable String country(String text) {
        return COUNTRIES.contains(text) ? text : null;
    }

    private static @Nullable String region(String text) {
        int slash = text.indexOf('/');
        return slash > 0 && slash < text.length() - 1 && COUNTRIES.contains(text.substring(0, slash)) ? text : null;
    }

    private static @Nullable String site(String text) {
        return text.contains("/") || text.contains(" ") ? null : text;
    }

    private static Budget budget(CatalogueEntry entry, ZoneId zone) {
        return new Budget(sum(entry, "daily-budget"), sum(entry, "total-budget"), zone,
                entry.choice("pacing", Budget.Pacing.values(), Budget.Pacing.EVEN),
                entry.has("target-cpc") ? micros(entry.number("target-cpc", CPC_MIN, USD_MAX)) : 0,
                entry.choice("bidding", Budget.Bidding.values(), Budget.Bidding.VALUE));
    }

    private static long sum(CatalogueEntry entry, String key) {
        return entry.has(key) ? micros(entry.number(key, 0, BUDGET_USD_MAX)) : Budget.UNLIMITED;
    }

    private static List<FrequencyCap> frequencyCaps(CatalogueEntry entry) {
        return entry.parsed("frequency-caps", "impressions and a time, \"3 in 1d\", \"1 in 90m\"; at most 1000 in 31d",
                CampaignReader::frequencyCap);
    }

    private static @Nullable FrequencyCap frequencyCap(String text) {
        Matcher matcher = CAP.matcher(text);
        if (!matcher.matches()) {
            return null;
        }
        int impressions = Integer.parseInt(matcher.group(1));
        Duration window = Duration.of(Long.parseLong(matcher.group(2)), switch (matcher.group(3)) {
            case "s" -> ChronoUnit.SECONDS;
            case "m" -> ChronoUnit.MINUTES;
            case "h" -> ChronoUnit.HOURS;
            default -> ChronoUnit.DAYS;
        });
        return impressions < 1 || impressions > CAP_MAX || window.isZero() || window.compareTo(CAP_WINDOW_MAX) > 0
                ? null
                : new FrequencyCap(impressions, window);
    }

    private static Schedule schedule(CatalogueEntry entry, ZoneId zone) {
        Set<Integer> active = new TreeSet<>();
        for (String text : entry.texts("active-hours")) {
            if (!addHours(text, active)) {
                throw entry.refuse("active-hours",
                        "\"" + text
                                + "\" is not right; write days and hours, \"mon-fri 08-20\", \"daily 22-04\" or \"sun\"");
            }
        }
        return active.isEmpty() ? Schedule.ALWAYS : new Schedule(zone, List.copyOf(active));
    }

    private static ZoneId zone(CatalogueEntry entry) {
        String name = entry.textOrNull("time-zone");
        try {
            return ZoneId.of(name == null ? "UTC" : name);
        } catch (DateTimeException e) {
            throw entry.refuse("time-zone",
                    "\"" + name + "\" is not known; write a name of the IANA database, Europe/Berlin for example");
        }
    }

    /** Adds the hours of the week in the text; false if it is not of the form. Hours past midnight are the next day's. */
    private static boolean addHours(String text, Set<Integer> active) {
        Matcher matcher = HOURS.matcher(text.toLowerCase(Locale.ROOT));
        if (!matcher.matches()) {
            return false;
        }
        boolean daily = matcher.group(1).equals("daily");
        int firstDay = daily ? 0 : DAYS.indexOf(matcher.group(1));
        int lastDay = daily ? DAYS.size() - 1
                : DAYS.indexOf(matcher.group(2) == null ? matcher.group(1) : matcher.group(2));
        int from = matcher.group(3) == null ? 0 : Integer.parseInt(matcher.group(3));
        int to = matcher.group(4) == null ? HOURS_OF_DAY : Integer.parseInt(matcher.group(4));
        if (from >= HOURS_OF_DAY || to > HOURS_OF_DAY || from == to || (daily && matcher.group(2) != null)) {
            return false;
        }
        int days = Math.floorMod(lastDay - firstDay, DAYS.size()) + 1;
        int hours = to > from ? to - from : to + HOURS_OF_DAY - from;
        for (int day = 0; day < days; day++) {
            for (int hour = 0; hour < hours; hour++) {
                active.add(((firstDay + day) * HOURS_OF_DAY + from + hour) % Schedule.HOURS);
            }
        }
        return true;
    }
}
