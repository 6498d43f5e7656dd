package io.sextant.configuration;

import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.hibernate.validator.constraints.time.DurationMin;
import org.jspecify.annotations.Nullable;

/** Settings with one key of every kind. */
record SampleConfig(HttpConfig http, BiddingConfig bidding) {
    record HttpConfig(@Min(1) @Max(65535) int port, @NotBlank String host, @Min(1) long maxBodyBytes,
            @DurationMin(millis = 1) Duration deadline,
            String adminToken) {}

    record BiddingConfig(boolean enabled, @DecimalMin("0") @DecimalMax("1") double margin, Quantile quantile,
            List<@NotBlank String> countries, Map<String, @DecimalMin("0") Double> rates,
            @Secret Map<String, String> seals, @NotEmpty List<Arm> arms) {}

    record Quantile(double low, double high) {
        Quantile {
            if (low >= high) {
                throw new IllegalArgumentException("low " + low + " must be below high " + high);
            }
        }
    }

    enum Rule {
        PLAIN, AGE_TS
    }

    record Arm(@NotBlank String name, @DecimalMin("0") @DecimalMax("1") double share, Rule rule,
            @Nullable String note) {}
}
