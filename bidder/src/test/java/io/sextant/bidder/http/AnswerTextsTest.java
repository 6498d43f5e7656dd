package io.sextant.bidder.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class AnswerTextsTest {
    private final AnswerTexts texts = new AnswerTexts();

    /** The JDK's own encoder is the reference, lone surrogates included. */
    @Property(tries = 300, seed = "1")
    void shouldEncodeAsTheJdkDoesAndKeepAllTextsOfAnAnswer(@ForAll @Size(max = 30) List<String> answer) {
        texts.clear();
        List<ByteString> taken = new ArrayList<>();
        for (String text : answer) {
            texts.next().append(text);
            taken.add(texts.take());
        }

        assertThat(taken).containsExactlyElementsOf(
                answer.stream().map(text -> ByteString.copyFrom(text.getBytes(StandardCharsets.UTF_8))).toList());
    }

    @Test
    void shouldGrowWithoutTouchingWhatWasTakenBefore() {
        texts.clear();
        texts.next().append("first");
        ByteString first = texts.take();
        texts.next().append("ü".repeat(100_000));
        ByteString second = texts.take();

        assertThat(first.toStringUtf8()).isEqualTo("first");
        assertThat(second.toStringUtf8()).isEqualTo("ü".repeat(100_000));
    }

    @Test
    void shouldForgetAnAnswerThatWasNotFinished() {
        texts.next().append("half an answer, then an exception");
        texts.clear();
        texts.next().append("next");

        assertThat(texts.take().toStringUtf8()).isEqualTo("next");
    }
}
