package io.sextant.configuration;

import jakarta.validation.ConstraintViolation;
import jakarta.validation.Path;
import jakarta.validation.Validation;
import jakarta.validation.Validator;
import jakarta.validation.ValidatorFactory;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.hibernate.validator.messageinterpolation.ParameterMessageInterpolator;
import org.jspecify.annotations.Nullable;

/** Checks the constraints that a config record's components carry. */
final class Constraints {
    private static final ValidatorFactory VALIDATORS = Validation.byDefaultProvider().configure()
            .messageInterpolator(new PlainMessages()).buildValidatorFactory();

    private Constraints() {}

    /** Notes every violation in the record and in what it holds. */
    static void check(Record config, SettingsTree tree) {
        walk(config, "", VALIDATORS.getValidator(), tree);
    }

    private static void walk(@Nullable Object value, String path, Validator validator, SettingsTree tree) {
        switch (value) {
            case Record group -> {
                validator.validate(group).stream()
                        .sorted(Comparator.comparing(v -> v.getPropertyPath() + v.getMessage()))
                        .forEach(violation -> note(violation, path, tree));
                for (RecordComponent component : group.getClass().getRecordComponents()) {
                    walk(component(group, component), SettingsTree.join(path, SettingType.key(component.getName())),
                            validator, tree);
                }
            }
            case Map<?, ?> map ->
                map.forEach((key, below) -> walk(below, SettingsTree.join(path, String.valueOf(key)), validator, tree));
            case Collection<?> list -> {
                int i = 0;
                for (Object below : list) {
                    walk(below, path + "[" + i++ + "]", validator, tree);
                }
            }
            case null, default -> {
            }
        }
    }

    private static void note(ConstraintViolation<?> violation, String path, SettingsTree tree) {
        String at = path;
        for (Path.Node node : violation.getPropertyPath()) {
            if (node.getIndex() != null) {
                at += "[" + node.getIndex() + "]";
            } else if (node.getKey() != null) {
                at = SettingsTree.join(at, String.valueOf(node.getKey()));
            }
            String name = node.getName();
            // A rule over several keys, say isOrdered(), is a property that is no key: it is told of the group.
            String below = name == null ? at : SettingsTree.join(at, SettingType.key(name));
            at = tree.has(below) ? below : at;
        }
        tree.problem(at, violation.getMessage());
    }

    private static @Nullable Object component(Record group, RecordComponent component) {
        try {
            var accessor = component.getAccessor();
            accessor.setAccessible(true);
            return accessor.invoke(group);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Messages without expression language, which would be one more dependency, and the same in every locale. Bounds are
     * worded alike, whatever the constraint.
     */
    private static final class PlainMessages extends ParameterMessageInterpolator {
        PlainMessages() {
            super(Set.of(Locale.ENGLISH), Locale.ENGLISH, false);
        }

        @Override
        public String interpolate(String message, Context context) {
            if (!message.startsWith("{")) {
                return super.interpolate(message, context);
            }
            return switch (context.getConstraintDescriptor().getAnnotation()) {
                case DecimalMin min -> bound("at least ", "above ", min.inclusive(), min.value());
                case DecimalMax max -> bound("at most ", "below ", max.inclusive(), max.value());
                case DurationMin min -> bound("at least ", "longer than ", min.inclusive(),
                        ReadableDuration.format(Duration.ofDays(min.days()).plusHours(min.hours())
                                .plusMinutes(min.minutes()).plusSeconds(min.seconds()).plusMillis(min.millis())
                                .plusNanos(min.nanos())));
                case DurationMax max -> bound("at most ", "shorter than ", max.inclusive(),
                        ReadableDuration.format(Duration.ofDays(max.days()).plusHours(max.hours())
                                .plusMinutes(max.minutes()).plusSeconds(max.seconds()).plusMillis(max.millis())
                                .plusNanos(max.nanos())));
                case Min min -> bound("at least ", "", true, Long.toString(min.value()));
                case Max max -> bound("at most ", "", true, Long.toString(max.value()));
                default -> super.interpolate(message, context);
            };
        }

        private static String bound(String inclusive, String exclusive, boolean isInclusive, String value) {
            return "must be " + (isInclusive ? inclusive : exclusive) + value;
        }
    }
}
