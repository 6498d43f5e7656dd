package io.sextant.perf.onnx;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * Puts an ONNX graph together, operation after operation. Values are known by the names that the methods return.
 */
public final class OnnxGraphBuilder {
    private static final int IR_VERSION = 8;
    private static final int OPERATORS_VERSION = 18;

    private final OnnxGraph.Builder graph;

    /** An empty graph of the given name. */
    public OnnxGraphBuilder(String name) {
        this.graph = OnnxGraph.newBuilder().setName(name);
    }

    /** Declares what is fed: floats of a fixed shape. */
    public String floats(String name, long... shape) {
        graph.addInput(value(name, OnnxTensor.DataType.FLOAT, shape));
        return name;
    }

    /** Declares what is fed: 32-bit integers of a fixed shape. */
    public String integers(String name, long... shape) {
        graph.addInput(value(name, OnnxTensor.DataType.INT32, shape));
        return name;
    }

    /** A constant of floats, row-major, copied. */
    public String constant(String name, float[] values, long... shape) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return tensor(name, OnnxTensor.DataType.FLOAT, bytes, shape);
    }

    /** A constant vector of 64-bit integers, as shapes, axes and ends of slices are. */
    public String vector(String name, long... values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asLongBuffer().put(values);
        return tensor(name, OnnxTensor.DataType.INT64, bytes, values.length);
    }

    private String tensor(String name, OnnxTensor.DataType type, ByteBuffer bytes, long... shape) {
        OnnxTensor.Builder tensor = OnnxTensor.newBuilder().setName(name).setDataType(type.getNumber())
                .setRawData(ByteString.copyFrom(bytes));
        for (long dimension : shape) {
            tensor.addDims(dimension);
        }
        graph.addInitializer(tensor);
        return name;
    }

    /**
     * Appends an operation.
     *
     * @param operator name of a standard operator
     * @param output   name of its only result
     * @param inputs   names of what it reads, in the operator's order
     * @return {@code output}
     */
    public String node(String operator, String output, String... inputs) {
        graph.addNode(newNode(operator, output, inputs));
        return output;
    }

    /** As {@link #node}, with one integer attribute. */
    public String node(String operator, String output, String attribute, long setting, String... inputs) {
        graph.addNode(newNode(operator, output, inputs).addAttribute(OnnxAttribute.newBuilder().setName(attribute)
                .setI(setting).setType(OnnxAttribute.Type.INT)));
        return output;
    }

    private static OnnxNode.Builder newNode(String operator, String output, String... inputs) {
        return OnnxNode.newBuilder().setName(output).setOpType(operator).addAllInput(List.of(inputs))
                .addOutput(output);
    }

    /**
     * The file.
     *
     * @param output name of the value that is fetched
     * @param shape  its shape
     */
    public byte[] build(String output, long... shape) {
        OnnxGraph whole = graph.clone().addOutput(value(output, OnnxTensor.DataType.FLOAT, shape)).build();
        return OnnxModel.newBuilder().setIrVersion(IR_VERSION).setProducerName("sextant")
                .addOpsetImport(OperatorSet.newBuilder().setVersion(OPERATORS_VERSION)).setGraph(whole).build()
                .toByteArray();
    }

    private static OnnxValue value(String name, OnnxTensor.DataType type, long... shape) {
        OnnxShape.Builder dimensions = OnnxShape.newBuilder();
        for (long dimension : shape) {
            dimensions.addDim(OnnxDimension.newBuilder().setDimValue(dimension));
        }
        return OnnxValue.newBuilder().setName(name).setType(OnnxType.newBuilder()
                .setTensorType(OnnxTensorType.newBuilder().setElemType(type.getNumber()).setShape(dimensions)))
                .build();
    }
}
