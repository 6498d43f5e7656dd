package io.sextant.protocol.openrtb;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Words for error messages: where in a JSON body something is, and what it is. Runs on bad input only.
 */
final class JsonPlace {
    private static final int SHOWN_CHARS = 40;
    private static final int PROBLEM_CHARS = 160;

    private JsonPlace() {}

    /** Path of the current value, as in {@code imp[0].banner.w}; empty at the root. */
    static String path(@Nullable JsonStreamContext context) {
        StringBuilder path = new StringBuilder();
        appendPath(context, path);
        return path.toString();
    }

    private static void appendPath(@Nullable JsonStreamContext context, StringBuilder path) {
        if (context == null) {
            return;
        }
        appendPath(context.getParent(), path);
        if (context.inArray() && context.hasCurrentIndex()) {
            path.append('[').append(context.getCurrentIndex()).append(']');
        } else if (context.inObject() && context.getCurrentName() != null) {
            String name = context.getCurrentName();
            if (isPlain(name)) {
                path.append(path.isEmpty() ? "" : ".").append(shown(name));
            } else {
                path.append("[\"").append(shown(name)).append("\"]");
            }
        }
    }

    private static boolean isPlain(String name) {
        return !name.isEmpty() && name.chars().allMatch(c -> Character.isLetterOrDigit(c) || c == '_' || c == '-');
    }

    /** The current token in words. */
    static String found(JsonParser parser) throws IOException {
        JsonToken token = parser.currentToken();
        if (token == null) {
            return "nothing";
        }
        return switch (token) {
            case START_OBJECT -> "an object";
            case START_ARRAY -> "an array";
            case END_OBJECT -> "the end of the object";
            case END_ARRAY -> "the end of the array";
            case VALUE_STRING -> '"' + shown(parser.getText()) + '"';
            default -> shown(parser.getText());
        };
    }

    /** What a parser's exception says, in one sentence and without its view of our buffers. */
    static String problem(IOException e) {
        if (e instanceof InvalidProtocolBufferException) {
            String message = String.valueOf(e.getMessage());
            int sentence = message.indexOf(". ");
            return "not protobuf: " + cut(sentence < 0 ? message : message.substring(0, sentence), PROBLEM_CHARS);
        }
        String message = String
                .valueOf(e instanceof JsonProcessingException json ? json.getOriginalMessage() : e.getMessage());
        if (e instanceof JsonEOFException || message.startsWith("Unexpected end-of-input")) {
            return "the text ends too early";
        }
        // Jackson goes on with advice to its caller: which feature of the parser to enable.
        int advice = message.indexOf(": enable ");
        return "not JSON: " + cut(advice < 0 ? message : message.substring(0, advice), PROBLEM_CHARS);
    }

    /** The peer's text, short and on one line. */
    private static String shown(String text) {
        String cut = cut(text, SHOWN_CHARS);
        return cut.chars().anyMatch(Character::isISOControl) ? cut.replaceAll("\\p{Cntrl}", "?") : cut;
    }

    private static String cut(String text, int chars) {
        if (text.length() <= chars) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(chars - 1)) ? chars - 1 : chars;
        return text.substring(0, end) + "…";
    }
}
