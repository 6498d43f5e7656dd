package io.sextant.standalone;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/**
 * Where figures were measured.
 *
 * @param cores     processors that the JVM may use
 * @param memory    bytes of memory in the machine; 0 if the JVM cannot tell
 * @param heap      bytes of heap that the JVM may use
 * @param jvm       the JVM's name and version
 * @param os        the operating system's name, version and architecture
 */
record Machine(@JsonProperty("cores") int cores, @JsonProperty("memory_bytes") long memory,
        @JsonProperty("heap_bytes") long heap, @JsonProperty("jvm") String jvm, @JsonProperty("os") String os) {
    /** This machine. */
    static Machine here() {
        long memory = ManagementFactory
                .getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
                        ? system.getTotalMemorySize()
                        : 0;
        return new Machine(Runtime.getRuntime().availableProcessors(), memory, Runtime.getRuntime().maxMemory(),
                System.getProperty("java.vm.name") + " " + Runtime.version(), System.getProperty("os.name") + " "
                        + System.getProperty("os.version") + " " + System.getProperty("os.arch"));
    }
}
