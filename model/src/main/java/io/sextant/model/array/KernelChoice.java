package io.sextant.model.array;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;

/**
 * Which kernels this process runs on: the machine's widest vectors, or plain Java where the JVM has no vector module or
 * no compiler that knows vectors. All give the same bits, so the choice is about speed alone.
 *
 * <p>
 * The system property {@code sextant.kernels} = {@code plain} or {@code vector} decides otherwise; so does
 * {@code sextant.vector-bits} = 128, 256 or 512 about the width.
 */
public final class KernelChoice {
    private static final String KERNELS = "sextant.kernels";
    /** The tier of the compiler that turns vectors into instructions. */
    private static final String TOP_TIER = "4";

    /** Made on first use. */
    private static final class Chosen {
        private static final Kernels KERNELS = make();
    }

    private KernelChoice() {}

    /**
     * The kernels of this process.
     *
     * @throws IllegalArgumentException if one of the system properties has a value that is not known
     */
    public static Kernels kernels() {
        return Chosen.KERNELS;
    }

    /** The kernels in plain Java. */
    public static Kernels plain() {
        return new PlainKernels();
    }

    private static Kernels make() {
        String wanted = System.getProperty(KERNELS, "auto");
        return switch (wanted) {
            case "plain" -> new PlainKernels();
            case "vector" -> new VectorKernels();
            case "auto" -> hasVectors() ? new VectorKernels() : new PlainKernels();
            default -> throw new IllegalArgumentException(
                    KERNELS + " = " + wanted + ": must be auto, vector or plain");
        };
    }

    /** Without the second compiler every vector would be an object. */
    private static boolean hasVectors() {
        return ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent() && hasTopTier();
    }

    private static boolean hasTopTier() {
        HotSpotDiagnosticMXBean options = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
        return options != null && options.getVMOption("TieredStopAtLevel").getValue().equals(TOP_TIER)
                && !System.getProperty("java.vm.info", "").contains("interpreted mode");
    }
}
