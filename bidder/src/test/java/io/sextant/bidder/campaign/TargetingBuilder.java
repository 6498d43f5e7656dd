package io.sextant.bidder.campaign;

import java.util.List;

/** Targeting for tests: everywhere, but for what the test changes. */
final class TargetingBuilder {
    private List<String> exchanges = List.of();
    private List<String> countries = List.of();
    private List<String> regions = List.of();
    private List<DeviceType> devices = List.of();
    private List<String> categories = List.of();
    private List<String> blockedCategories = List.of();
    private int categoryTaxonomy = 1;
    private List<String> sites = List.of();
    private List<String> blockedSites = List.of();
    private Targeting.Interstitial interstitial = Targeting.Interstitial.ANY;

    TargetingBuilder exchanges(String... names) {
        exchanges = List.of(names);
        return this;
    }

    TargetingBuilder countries(String... codes) {
        countries = List.of(codes);
        return this;
    }

    TargetingBuilder regions(String... codes) {
        regions = List.of(codes);
        return this;
    }

    TargetingBuilder devices(DeviceType... types) {
        devices = List.of(types);
        return this;
    }

    TargetingBuilder categories(String... codes) {
        categories = List.of(codes);
        return this;
    }

    TargetingBuilder blockedCategories(String... codes) {
        blockedCategories = List.of(codes);
        return this;
    }

    TargetingBuilder taxonomy(int taxonomy) {
        categoryTaxonomy = taxonomy;
        return this;
    }

    TargetingBuilder sites(String... names) {
        sites = List.of(names);
        return this;
    }

    TargetingBuilder blockedSites(String... names) {
        blockedSites = List.of(names);
        return this;
    }

    TargetingBuilder interstitial(Targeting.Interstitial value) {
        interstitial = value;
        return this;
    }

    Targeting build() {
        return new Targeting(exchanges, countries, regions, devices, categories, blockedCategories, categoryTaxonomy,
                sites, blockedSites, interstitial);
    }
}
