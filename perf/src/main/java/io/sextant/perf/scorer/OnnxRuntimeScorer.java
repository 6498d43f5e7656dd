package io.sextant.perf.scorer;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.sextant.model.ctr.MaskBank;
import io.sextant.model.ctr.ModelArtefact;
import io.sextant.perf.workload.Workload;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The whole DeepFM in an ONNX Runtime session of one thread, with all of its graph optimisations. Inputs and output lie in
 * direct buffers that are bound to tensors once.
 */
public final class OnnxRuntimeScorer implements RequestScorer {
    private final BatchForm form;
    private final BatchInput input;
    private final OrtSession session;
    private final IntBuffer indices;
    private final FloatBuffer embeddings;
    private final FloatBuffer linears;
    private final IntBuffer masks;
    private final FloatBuffer logits;
    private final List<OnnxTensor> tensors = new ArrayList<>();
    private final Map<String, OnnxTensor> inputs = new HashMap<>();
    private final Map<String, OnnxTensor> outputs;

    /**
     * Builds the session and binds the buffers.
     *
     * @param workload the net, and what is asked of it
     * @param passes   masks of a request, 2 or more
     * @param form     of the call
     * @throws IllegalStateException if the runtime refuses the net
     */
    public OnnxRuntimeScorer(Workload workload, int passes, BatchForm form) {
        ModelArtefact artefact = workload.artefact();
        this.form = form;
        this.input = new BatchInput(workload, passes, form);
        int rows = input.candidates + passes;
        this.indices = ints(input.indices.length);
        this.embeddings = floats(input.embeddings.length);
        this.linears = floats(input.linears.length);
        this.masks = ints(passes);
        this.logits = floats(rows);
        byte[] file = new OnnxDeepFm(artefact.weights(), MaskBank.of(artefact.description()), form, input.candidates,
                passes).write();
        try {
            OrtEnvironment environment = OrtEnvironment.getEnvironment();
            try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
                options.setIntraOpNumThreads(1);
                options.setInterOpNumThreads(1);
                options.setExecutionMode(OrtSession.SessionOptions.ExecutionMode.SEQUENTIAL);
                options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
                this.session = environment.createSession(file, options);
            }
            long fields = artefact.description().schema().size();
            long size = artefact.description().embeddingSize();
            if (form.lookUpInGraph()) {
                bind(OnnxDeepFm.INDICES, OnnxTensor.createTensor(environment, indices,
                        new long[]{input.rows, fields}));
            } else {
                bind(OnnxDeepFm.EMBEDDINGS, OnnxTensor.createTensor(environment, embeddings,
                        new long[]{input.rows, fields, size}));
                bind(OnnxDeepFm.LINEARS, OnnxTensor.createTensor(environment, linears, new long[]{input.rows}));
            }
            bind(OnnxDeepFm.MASKS, OnnxTensor.createTensor(environment, masks, new long[]{passes}));
            OnnxTensor output = OnnxTensor.createTensor(environment, logits, new long[]{rows});
            tensors.add(output);
            this.outputs = Map.of(OnnxDeepFm.LOGITS, output);
        } catch (OrtException e) {
            throw new IllegalStateException("ONNX Runtime refuses the net: " + e.getMessage(), e);
        }
    }

    private void bind(String name, OnnxTensor tensor) {
        tensors.add(tensor);
        inputs.put(name, tensor);
    }

    private static FloatBuffer floats(int size) {
        return ByteBuffer.allocateDirect(size * Float.BYTES).order(ByteOrder.nativeOrder()).asFloatBuffer();
    }

    private static IntBuffer ints(int size) {
        return ByteBuffer.allocateDirect(size * Integer.BYTES).order(ByteOrder.nativeOrder()).asIntBuffer();
    }

    @Override
    public double score(int request, float[] logits) {
        input.fill(request);
        masks.put(0, input.masks);
        if (form.lookUpInGraph()) {
            indices.put(0, input.indices);
        } else {
            embeddings.put(0, input.embeddings);
            linears.put(0, input.linears);
        }
        try (OrtSession.Result _ = session.run(inputs, outputs)) {
            this.logits.get(0, logits, 0, input.candidates + input.passes);
        } catch (OrtException e) {
            throw new IllegalStateException("ONNX Runtime failed: " + e.getMessage(), e);
        }
        return input.deviation(logits);
    }

    @Override
    public void close() {
        tensors.forEach(OnnxTensor::close);
        try {
            session.close();
        } catch (OrtException e) {
            throw new IllegalStateException("ONNX Runtime did not close: " + e.getMessage(), e);
        }
    }
}
