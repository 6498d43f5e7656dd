package io.sextant.perf.latency;

import java.util.List;

/** Which arms the traffic is shared by. */
enum ArmMix {
    /** The product's three, a third each. */
    THREE_ARMS("three equal arms", "0.02", "{name: control, weight: 1, pctr: plain, exploration: none}",
            "{name: random, weight: 1, pctr: plain, exploration: random}",
            "{name: uncertainty, weight: 1, pctr: age-ts, exploration: uncertainty}"),
    /** Every request has its uncertainty measured and its best ads explored. */
    UNCERTAINTY_ONLY("all in the uncertainty arm", "0.02",
            "{name: uncertainty, weight: 1, pctr: age-ts, exploration: uncertainty}"),
    /** A plain bidder: neither uncertainty nor exploration. */
    BOTH_OFF("both off", "0", "{name: control, weight: 1, pctr: plain, exploration: none}");

    /** Names of all arms there are. */
    static final List<String> ARMS = List.of("control", "random", "uncertainty");

    private final String label;
    private final String yaml;

    ArmMix(String label, String measuredShare, String... arms) {
        this.label = label;
        this.yaml = "experiment:\n  arms:\n    - " + String.join("\n    - ", arms)
                + "\nexploration:\n  measured-share: "
                + measuredShare + "\n";
    }

    /** What it is called in tables. */
    String label() {
        return label;
    }

    /** The settings of a bidder that it takes, as YAML. */
    String yaml() {
        return yaml;
    }
}
