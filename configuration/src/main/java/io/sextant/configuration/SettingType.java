package io.sextant.configuration;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.KebabCaseStrategy;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.AnnotatedTypeVariable;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What may stand at one place of the settings: the record, list, map or single value that a record component declares.
 *
 * @param type     the component's type
 * @param raw      its class
 * @param nullable whether it may be left out or null
 * @param secret   whether its value must not be shown
 * @param element  of a list or map, what may stand in it
 */
record SettingType(Type type, Class<?> raw, boolean nullable, boolean secret, @Nullable SettingType element) {

    static SettingType of(Class<?> type) {
        return new SettingType(type, type, false, false, null);
    }

    private static SettingType of(RecordComponent component) {
        return of(component.getAnnotatedType(), component.isAnnotationPresent(Secret.class));
    }

    private static SettingType of(AnnotatedType annotated, boolean secret) {
        Type type = annotated.getType();
        Class<?> raw = (Class<?>) (type instanceof ParameterizedType parameterized ? parameterized.getRawType() : type);
        SettingType element = null;
        if (annotated instanceof AnnotatedParameterizedType generic) {
            AnnotatedType[] arguments = generic.getAnnotatedActualTypeArguments();
            AnnotatedType last = arguments[arguments.length - 1];
            element = last instanceof AnnotatedTypeVariable ? null : of(last, secret);
        }
        return new SettingType(type, raw, annotated.isAnnotationPresent(Nullable.class), secret, element);
    }

    /** A record: a group of keys. */
    boolean isGroup() {
        return raw.isRecord();
    }

    boolean isList() {
        return element != null && !isMap();
    }

    boolean isMap() {
        return Map.class.isAssignableFrom(raw);
    }

    /** Whether any text is a right value. */
    boolean isText() {
        return raw == String.class || raw == java.nio.file.Path.class || raw == Duration.class || raw.isEnum();
    }

    /** Of a group: its keys, in order. */
    Map<String, SettingType> keys() {
        var keys = new LinkedHashMap<String, SettingType>();
        for (RecordComponent component : raw.getRecordComponents()) {
            keys.put(key(component.getName()), of(component));
        }
        return keys;
    }

    /** What would be right here, for messages. */
    String expected() {
        if (isGroup()) {
            return "a group of keys: " + String.join(", ", keys().keySet());
        }
        if (isMap()) {
            return "a map of names to values";
        }
        if (isList()) {
            return "a list";
        }
        if (raw.isEnum()) {
            return "one of " + constants(raw).collect(Collectors.joining(", "));
        }
        if (raw == Duration.class) {
            return ReadableDuration.FORM;
        }
        if (raw == boolean.class || raw == Boolean.class) {
            return "true or false";
        }
        if (Set.of(int.class, Integer.class, long.class, Long.class).contains(raw)) {
            return "a whole number" + (raw == int.class || raw == Integer.class ? " up to 2147483647" : "");
        }
        if (Set.of(double.class, Double.class, float.class, Float.class).contains(raw)) {
            return "a number";
        }
        return List.of(String.class, java.nio.file.Path.class).contains(raw) ? "text" : raw.getSimpleName();
    }

    /** An enum's constants as they are written in settings: {@code AGE_TS} is {@code age-ts}. */
    static Stream<String> constants(Class<?> type) {
        return Stream.of(type.getEnumConstants()).map(constant -> constant((Enum<?>) constant));
    }

    static String constant(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** A component's key: {@code bootstrapServers} is {@code bootstrap-servers}. */
    static String key(String component) {
        return KebabCaseStrategy.INSTANCE.translate(component);
    }

    /** Whether a key's own name says that its value is secret. */
    static boolean secretName(String key) {
        String name = key.toLowerCase(Locale.ROOT);
        return Stream.of("token", "password", "secret", "credentials", "jaas", "jaas.config").anyMatch(name::endsWith);
    }
}
