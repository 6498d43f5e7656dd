package io.sextant.trainer.arm;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Numbers the exchanges that an arm's examples come from, in the order in which they are met. Threading: owned by the arm's
 * thread.
 */
final class Segments {
    /** Number of everything that has no number of its own, the last of them. */
    static final int OTHER = 63;
    private static final int NAME_MAX = 100;

    private final Map<String, Integer> numbers = new HashMap<>();
    private final List<String> names = new ArrayList<>();

    /** The number of an exchange; {@link #OTHER} for none and for those that come when all numbers are taken. */
    int number(String exchange) {
        Integer known = numbers.get(exchange);
        if (known != null) {
            return known;
        }
        if (names.size() == OTHER || exchange.isEmpty() || exchange.length() > NAME_MAX || exchange.contains("\n")) {
            return OTHER;
        }
        numbers.put(exchange, names.size());
        names.add(exchange);
        return names.size() - 1;
    }

    /** The exchange with a number; empty for {@link #OTHER} and for what has no name yet. */
    String name(int number) {
        return number < names.size() ? names.get(number) : "";
    }

    /** Exchanges with a number. */
    int size() {
        return names.size();
    }

    /** The names as text. */
    String save() {
        return String.join("\n", names);
    }

    /** Takes the names over that {@link #save} gave. */
    void restore(String saved) {
        numbers.clear();
        names.clear();
        saved.lines().forEach(this::number);
    }
}
