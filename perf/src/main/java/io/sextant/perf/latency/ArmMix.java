package io.sextant.perf.latency;

import java.util.List;

/** Which arms the traffic is shared by. */
enum ArmMix {
    /** The product's three, a third each. */
    THREE_ARMS("three equal arms", List.of("{name: control, weight: 1, pctr: plain, exploration: none}",
            "{name: random, weight: 1, pctr: plain, exploration: random}",
            "{name: uncertainty, weight: 1, pctr: age-ts, exploration: uncertainty}"), "0.02"),
    /** Every request has its uncertainty measured and its best ads explored. */
    UNCERTAINTY_ONLY("all in the uncertainty arm",
            List.of("{name: uncertainty, weight: 1, pctr: age-ts, exploration: uncertainty}"), "0.02"),
    /** A plain bidder: neither uncertainty nor exploration. */
    BOTH_OFF("both off", List.of("{name: control, weight: 1, pctr: plain, exploration: none}"), "0");

    /** Names of all arms there are. */
    static final List<String> ARMS = List.of("control", "random", "uncertainty");

    private final String label;
    private final List<String> arms;
    private final String measuredShare;

    ArmMix(String label, List<String> arms, String measuredShare) {
        this.label = label;
        this.arms = arms;
        this.measuredShare = measuredShare;
    }

    /** What it is called in tables. */
    String label() {
        return label;
    }

    /** The settings of a bidder that it takes, as YAML. */
    String yaml() {
        return "experiment:\n  arms:\n" + String.join("", arms.stream().map(arm -> "    - " + arm + "\n").toList())
                + "exploration:\n  measured-share: " + measuredShare + "\n";
    }
}
