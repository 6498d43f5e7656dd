package io.sextant.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sextant.model.evaluation.PredictionFigures;
import io.sextant.trainer.arm.Figures;
import io.sextant.trainer.arm.GroupFigures;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.Test;

class ArmMetersTest {
    private static final PredictionFigures CALIBRATED = new PredictionFigures(100, 10, 0.3, 0.9, 0.7, 1.01, 0.002);
    private static final PredictionFigures RAW = new PredictionFigures(100, 10, 0.31, 0.95, 0.7, 1.16, 0.005);

    private static final PredictionFigures NEUTRAL = new PredictionFigures(40, 2, 0.2, 0.99, 0.61, 1.3, 0.01);

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final ArmMeters meters = new ArmMeters(registry, "control");

    @Test
    void shouldShowFiguresWithAndWithoutCalibration() {
        meters.progress(new Figures(CALIBRATED, RAW, List.of(), List.of(), NEUTRAL), 5, 7);
        meters.calibrated(123, 4);

        assertThat(gauge("pcoc")).isEqualTo(1.01);
        assertThat(gauge("raw.pcoc")).isEqualTo(1.16);
        assertThat(gauge("calibration.error")).isEqualTo(0.002);
        assertThat(gauge("raw.calibration.error")).isEqualTo(0.005);
        assertThat(gauge("raw.log.loss")).isEqualTo(0.31);
        assertThat(gauge("calibration.clicks")).isEqualTo(123);
        assertThat(gauge("neutral.examples")).isEqualTo(40);
        assertThat(gauge("neutral.auc")).isEqualTo(0.61);
        assertThat(gauge("neutral.log.loss")).isEqualTo(0.2);
        assertThat(gauge("neutral.pcoc")).isEqualTo(1.3);
        JsonObject json = meters.json();
        assertThat(json.getJsonObject("neutral").getDouble("auc")).isEqualTo(0.61);
        assertThat(json.getJsonObject("figures").getDouble("pcoc")).isEqualTo(1.01);
        assertThat(json.getJsonObject("rawFigures").getDouble("pcoc")).isEqualTo(1.16);
        assertThat(json.getJsonObject("calibration").getInteger("knots")).isEqualTo(4);
    }

    @Test
    void shouldShowGroupsThatComeAndForgetThoseThatGo() {
        meters.progress(figures(group("adx", 1.2), group("old", 1)), 5, 7);
        assertThat(gauge("exchange.pcoc", "exchange", "adx")).isEqualTo(1.2);
        meters.progress(figures(group("adx", 1.1)), 6, 8);

        assertThat(gauge("exchange.pcoc", "exchange", "adx")).isEqualTo(1.1);
        assertThat(registry.find("sextant.trainer.exchange.pcoc").meters()).extracting(Meter::getId)
                .extracting(id -> id.getTag("exchange")).containsExactly("adx");
        assertThat(gauge("modifier.pcoc", "quintile", "1")).isEqualTo(0.9);
        JsonObject exchange = meters.json().getJsonArray("exchanges").getJsonObject(0);
        assertThat(exchange.getString("group")).isEqualTo("adx");
        assertThat(exchange.getDouble("rawPcoc")).isEqualTo(1.3);
        assertThat(meters.json().getJsonArray("modifierQuintiles").getJsonObject(0).getValue("rawPcoc"))
                .as("JSON knows no NaN").isNull();
    }

    private static Figures figures(GroupFigures... exchanges) {
        return new Figures(CALIBRATED, RAW, List.of(exchanges),
                List.of(new GroupFigures("1", 1, 50, 5, 0.9, Double.NaN)), PredictionFigures.NONE);
    }

    private static GroupFigures group(String name, double pcoc) {
        return new GroupFigures(name, 1.5, 50, 5, pcoc, 1.3);
    }

    private double gauge(String name, String... tags) {
        return registry.get("sextant.trainer." + name).tags(tags).gauge().value();
    }
}
