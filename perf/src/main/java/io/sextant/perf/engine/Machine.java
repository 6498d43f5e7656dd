package io.sextant.perf.engine;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
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
record Machine(@JsonProperty("processor") String processor, @JsonProperty("cores") int cores,
        @JsonProperty("memory_bytes") long memory, @JsonProperty("jvm") String jvm,
        @JsonProperty("jvm_options") String options, @JsonProperty("os") String os,
        @JsonProperty("kernels") String kernels, @JsonProperty("load_before") double load) {
    private static final Path PROCESSORS = Path.of("/proc/cpuinfo");

    /** This machine, now. */
    static Machine here(String kernels) {
        var system = ManagementFactory.getOperatingSystemMXBean();
        String os = system.getName() + " " + system.getVersion() + " " + system.getArch();
        long memory = system instanceof OperatingSystemMXBean more ? more.getTotalMemorySize() : 0;
        return new Machine(processor(system.getArch()), Runtime.getRuntime().availableProcessors(), memory,
                System.getProperty("java.vm.name") + " " + Runtime.version(),
                String.join(" ", ManagementFactory.getRuntimeMXBean().getInputArguments()), os, kernels,
                system.getSystemLoadAverage());
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
