package io.sextant.perf.engine;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.sun.management.OperatingSystemMXBean;
import io.sextant.model.array.KernelChoice;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Where figures were measured.
 *
 * @param processor what the processor calls itself, or its architecture where the system does not tell
 * @param cores     processors that the JVM may use
 * @param memory    bytes of memory in the machine; 0 if the JVM cannot tell
 * @param jvm       the JVM's name and version
 * @param options   the JVM's options, of this process and of those that measure
 * @param os        the operating system's name, version and architecture
 * @param kernels   what this project's engine runs on
 * @param load      processes that wanted a core in the minute before the measuring; negative if the system does not tell
 */
public record Machine(@JsonProperty("processor") String processor, @JsonProperty("cores") int cores,
        @JsonProperty("memory_bytes") long memory, @JsonProperty("jvm") String jvm,
        @JsonProperty("jvm_options") String options, @JsonProperty("os") String os,
        @JsonProperty("kernels") String kernels, @JsonProperty("load_before") double load) {
    private static final Path PROCESSORS = Path.of("/proc/cpuinfo");
    /** Above this, something else takes the cores. */
    private static final double LOAD_MAX = 0.5;

    /** This machine, now. */
    public static Machine here(String kernels) {
        var system = ManagementFactory.getOperatingSystemMXBean();
        String os = system.getName() + " " + system.getVersion() + " " + system.getArch();
        long memory = system instanceof OperatingSystemMXBean more ? more.getTotalMemorySize() : 0;
        return new Machine(processor(system.getArch()), Runtime.getRuntime().availableProcessors(), memory,
                System.getProperty("java.vm.name") + " " + Runtime.version(),
                String.join(" ", ManagementFactory.getRuntimeMXBean().getInputArguments()), os, kernels,
                system.getSystemLoadAverage());
    }

    /** This machine, now, printed at once: what is measured on it takes its time. */
    public static Machine shown(PrintWriter out) {
        Machine machine = here(KernelChoice.kernels().name());
        out.println(machine.text());
        out.flush();
        return machine;
    }

    /** In a line for people; a second one where something else has been using the cores. */
    public String text() {
        String here = String.format(Locale.ROOT, "%s, %d cores, %s, %s; kernels: %s", processor, cores, os, jvm,
                kernels);
        return load <= LOAD_MAX ? here
                : here + System.lineSeparator() + String.format(Locale.ROOT,
                        "Something else has been using %.1f cores: figures will be worse than they are.", load);
    }

    private static String processor(String otherwise) {
        if (!Files.isReadable(PROCESSORS)) {
            return otherwise;
        }
        try (Stream<String> lines = Files.lines(PROCESSORS)) {
            return lines.filter(line -> line.startsWith("model name")).findFirst()
                    .map(line -> line.substring(line.indexOf(':') + 1).strip()).orElse(otherwise);
        } catch (IOException e) {
            return otherwise;
        }
    }
}
