package io.sextant.protocol.openrtb;

import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.protocol.openrtb.BidRequest.Audio;
import io.sextant.protocol.openrtb.BidRequest.Banner;
import io.sextant.protocol.openrtb.BidRequest.Deal;
import io.sextant.protocol.openrtb.BidRequest.DurFloors;
import io.sextant.protocol.openrtb.BidRequest.Format;
import io.sextant.protocol.openrtb.BidRequest.Imp;
import io.sextant.protocol.openrtb.BidRequest.Native;
import io.sextant.protocol.openrtb.BidRequest.Pmp;
import io.sextant.protocol.openrtb.BidRequest.Qty;
import io.sextant.protocol.openrtb.BidRequest.Video;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class BidRequestValidatorTest {
    private static Imp.Builder imp() {
        return Imp.newBuilder().setId("1").setBanner(Banner.newBuilder().setW(300).setH(250));
    }

    private static @Nullable String check(Imp.Builder imp) {
        return BidRequestValidator.check(BidRequest.newBuilder().setId("r").addImp(imp).build());
    }

    static Stream<Arguments> wrong() {
        return Stream.of(Arguments.of(imp().clearId(), "id: is missing or empty"),
                Arguments.of(imp().setId("x".repeat(257)), "id: has more than 256 characters"),
                Arguments.of(imp().clearBanner(), "banner: is missing, and so are video, audio and native"),
                Arguments.of(imp().setBidfloor(-0.01), "bidfloor: is negative"),
                Arguments.of(imp().setBidfloor(Double.NEGATIVE_INFINITY), "bidfloor: is negative"),
                Arguments.of(imp().setBidfloor(Double.NaN), "bidfloor: is no price up to 1000000"),
                Arguments.of(imp().setBidfloor(Double.POSITIVE_INFINITY), "bidfloor: is no price up to 1000000"),
                Arguments.of(imp().setBidfloor(1_000_000.01), "bidfloor: is no price up to 1000000"),
                Arguments.of(imp().setQty(Qty.newBuilder().setMultiplier(Double.NaN)),
                        "qty.multiplier: is no number of impressions"),
                Arguments.of(imp().setQty(Qty.newBuilder().setMultiplier(-1)),
                        "qty.multiplier: is no number of impressions"),
                Arguments.of(imp().setBanner(Banner.newBuilder().setW(-1)), "banner.w: is no width in 0..32767"),
                Arguments.of(imp().setBanner(Banner.newBuilder().setH(32_768)), "banner.h: is no height in 0..32767"),
                Arguments.of(
                        imp().setBanner(Banner.newBuilder().addFormat(Format.newBuilder().setW(1))
                                .addFormat(Format.newBuilder().setW(1).setH(-250))),
                        "banner.format[1].h: is no height in 0..32767"),
                Arguments.of(imp().setVideo(Video.newBuilder().setW(100_000)), "video.w: is no width in 0..32767"),
                Arguments.of(imp().setVideo(Video.newBuilder().setMinduration(-1)), "video.minduration: is negative"),
                Arguments.of(imp().setVideo(Video.newBuilder().setMaxduration(-1)), "video.maxduration: is negative"),
                Arguments.of(imp().setVideo(Video.newBuilder().setMincpmpersec(-1)), "video.mincpmpersec: is negative"),
                Arguments.of(
                        imp().setVideo(Video.newBuilder().addDurfloors(DurFloors.newBuilder().setBidfloor(Double.NaN))),
                        "video.durfloors[0].bidfloor: is no price up to 1000000"),
                Arguments.of(imp().setAudio(Audio.newBuilder().setMaxduration(-1)), "audio.maxduration: is negative"),
                Arguments.of(imp().setAudio(Audio.newBuilder().setMincpmpersec(Double.NaN)),
                        "audio.mincpmpersec: is no price up to 1000000"),
                Arguments.of(imp().setAudio(Audio.newBuilder().addDurfloors(DurFloors.newBuilder().setBidfloor(-1))),
                        "audio.durfloors[0].bidfloor: is negative"),
                Arguments.of(
                        imp().setPmp(
                                Pmp.newBuilder().addDeals(Deal.newBuilder().setId("d")).addDeals(Deal.newBuilder())),
                        "pmp.deals[1].id: is missing or empty"),
                Arguments.of(imp().setPmp(Pmp.newBuilder().addDeals(Deal.newBuilder().setId("d").setBidfloor(-5))),
                        "pmp.deals[0].bidfloor: is negative"));
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void shouldNameTheFieldOfAnImpressionThatIsWrong(Imp.Builder imp, String problem) {
        assertThat(check(imp)).isEqualTo("imp[0]." + problem);
    }

    @Test
    void shouldNameTheFieldOfARequestThatIsWrong() {
        BidRequest.Builder request = BidRequest.newBuilder().setId("r").addImp(imp());

        assertThat(BidRequestValidator.check(request.build())).isNull();
        assertThat(BidRequestValidator.check(request.clone().clearId().build())).isEqualTo("id: is missing or empty");
        assertThat(BidRequestValidator.check(request.clone().setTmax(-1).build())).isEqualTo("tmax: is negative");
        assertThat(BidRequestValidator.check(request.clone().clearImp().build())).isEqualTo("imp: is missing or empty");
    }

    @Test
    void shouldAcceptEveryKindOfImpressionAndTheEndsOfTheRanges() {
        assertThat(check(imp().setBidfloor(1_000_000).setQty(Qty.newBuilder().setMultiplier(0)))).isNull();
        assertThat(check(imp().setBanner(Banner.newBuilder().setW(32_767).setH(0)))).isNull();
        assertThat(check(imp().clearBanner().setVideo(Video.newBuilder()))).isNull();
        assertThat(check(imp().clearBanner().setAudio(Audio.newBuilder()))).isNull();
        assertThat(check(imp().clearBanner().setNative(Native.newBuilder()))).isNull();
        assertThat(check(imp().setId("x".repeat(256)).setBidfloor(-0.0))).isNull();
    }

    @Test
    void shouldFindDuplicateImpressionIdsHoweverManyThereAre() {
        for (int count : new int[]{2, 12, 13, Limits.IMPRESSIONS_MAX}) {
            BidRequest.Builder request = BidRequest.newBuilder().setId("r");
            for (int i = 0; i < count; i++) {
                request.addImp(imp().setId("imp-" + i));
            }
            assertThat(BidRequestValidator.check(request.build())).isNull();

            request.setImp(count - 1, imp().setId("imp-0"));

            assertThat(BidRequestValidator.check(request.build()))
                    .isEqualTo("imp[" + (count - 1) + "].id: is the id of another impression too");
        }
    }

    @Test
    void shouldBoundTheImpressions() {
        BidRequest.Builder request = BidRequest.newBuilder().setId("r");
        for (int i = 0; i <= Limits.IMPRESSIONS_MAX; i++) {
            request.addImp(imp().setId("imp-" + i));
        }

        assertThat(BidRequestValidator.check(request.build())).isEqualTo("imp: has 201 elements, more than 200");
    }
}
