package io.sextant.model.ctr;

import io.sextant.model.feature.FeatureSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.ReduceSum;
import org.tensorflow.types.TFloat32;

/**
 * The one definition of the DeepFM in TensorFlow, for inference and for training. It starts from looked-up embeddings: the
 * tables stay in Java, because TensorFlow Java's gradient of a look-up is as large as the table.
 *
 * <p>
 * Building only; the caller owns graph and session.
 */
public final class DeepFmGraph {
    private final Ops tf;
    private final Architecture architecture;
    private final int fields;
    private final int adFields;
    private final Map<String, Operand<TFloat32>> parameters;

    /** What dropout does to one hidden layer's output, by the layer's number. */
    @FunctionalInterface
    public interface Dropout {
        /** The output of the hidden layer {@code layer}, some of it dropped. */
        Operand<TFloat32> apply(int layer, Operand<TFloat32> output);
    }

    /**
     * Prepares the building.
     *
     * @param tf        adds operations to the graph
     * @param weights   give the shapes; their numbers matter only to {@code parameter}
     * @param parameter makes the operand of one net tensor: a constant, a placeholder or a variable
     */
    public DeepFmGraph(Ops tf, Weights weights, Function<NamedTensor, Operand<TFloat32>> parameter) {
        FeatureSchema schema = weights.schema();
        this.tf = tf;
        this.architecture = weights.architecture();
        this.fields = schema.size();
        this.adFields = schema.adFields();
        this.parameters = weights.net().stream().collect(Collectors.toMap(NamedTensor::name, parameter));
    }

    /** The operand made for a net tensor. */
    public Operand<TFloat32> parameter(String name) {
        Operand<TFloat32> operand = parameters.get(name);
        if (operand == null) {
            throw new IllegalArgumentException("no net tensor " + name + "; there are " + parameters.keySet());
        }
        return operand;
    }

    /**
     * bias + Σ linear + FM: all of the logit that dropout does not touch.
     *
     * @param embeddings [n, fields, embeddingSize]
     * @param linears    [n]
     * @return [n]
     */
    public Operand<TFloat32> shallow(Operand<TFloat32> embeddings, Operand<TFloat32> linears) {
        Operand<TFloat32> sum = tf.reduceSum(embeddings, tf.constant(1));
        Operand<TFloat32> squares = tf.reduceSum(tf.math.square(embeddings), tf.constant(1));
        // Σ_{f<g} ⟨v_f, v_g⟩ = ½ Σ_k ((Σ_f v_fk)² − Σ_f v_fk²)
        Operand<TFloat32> pairs = tf.math.mul(tf.constant(0.5f),
                tf.reduceSum(tf.math.sub(tf.math.square(sum), squares), tf.constant(1)));
        return tf.math.add(tf.math.add(linears, parameter("bias")), pairs);
    }

    /**
     * The embeddings side by side, as the first layer reads them.
     *
     * @return [n, fields * embeddingSize]
     */
    public Operand<TFloat32> flat(Operand<TFloat32> embeddings) {
        return tf.reshape(embeddings, tf.array(-1, fields * architecture.embeddingSize()));
    }

    /** Hidden layer {@code layer} before dropout: relu(x W + b). */
    public Operand<TFloat32> hidden(int layer, Operand<TFloat32> inputs) {
        String name = "hidden." + layer + ".";
        return tf.nn
                .relu(tf.nn.biasAdd(tf.linalg.matMul(inputs, parameter(name + "weight")), parameter(name + "bias")));
    }

    /**
     * The net above the embeddings, without the shallow part.
     *
     * @param inputs  [n, width before layer {@code from}]
     * @param from    first hidden layer to run
     * @param dropout applied after each of these layers' ReLU
     * @return [n]
     */
    public Operand<TFloat32> deep(Operand<TFloat32> inputs, int from, Dropout dropout) {
        Operand<TFloat32> values = inputs;
        for (int layer = from; layer < architecture.hidden().size(); layer++) {
            values = dropout.apply(layer, hidden(layer, values));
        }
        return tf.reshape(tf.linalg.matMul(values, parameter("output.weight")), tf.array(-1));
    }

    /**
     * The gate's logit, from the ad's embeddings alone (eq. 13).
     *
     * @param adEmbeddings [n, adFields, embeddingSize]
     * @return [n]
     */
    public Operand<TFloat32> gate(Operand<TFloat32> adEmbeddings) {
        return gateOutput(
                gateHidden(tf.reshape(adEmbeddings, tf.array(-1, adFields * architecture.embeddingSize()))));
    }

    /**
     * The gate's logits from its hidden layer.
     *
     * @param values [n, width] what {@link #gateHidden} gives
     * @return [n]
     */
    public Operand<TFloat32> gateOutput(Operand<TFloat32> values) {
        return tf.math.add(tf.reshape(tf.linalg.matMul(values, parameter("gate.output.weight")), tf.array(-1)),
                parameter("gate.bias"));
    }

    /**
     * The gate's hidden layer.
     *
     * @param inputs [n, adFields * embeddingSize] the ad's embeddings side by side
     */
    public Operand<TFloat32> gateHidden(Operand<TFloat32> inputs) {
        return tf.nn.relu(tf.nn.biasAdd(tf.linalg.matMul(inputs, parameter("gate.hidden.weight")),
                parameter("gate.hidden.bias")));
    }

    /** The ad's part of gathered embeddings: [n, fields, size] to [n, adFields, size]. */
    public Operand<TFloat32> adPart(Operand<TFloat32> embeddings) {
        return tf.slice(embeddings, tf.array(0, fields - adFields, 0), tf.array(-1, adFields, -1));
    }

    /** ∂ Σ y / ∂ x for each x. */
    @SuppressWarnings("unchecked")
    public List<Operand<TFloat32>> gradients(Operand<TFloat32> y, List<Operand<TFloat32>> xs) {
        List<Operand<TFloat32>> gradients = new ArrayList<>();
        for (Operand<?> gradient : tf.gradients(total(y), xs)) {
            gradients.add((Operand<TFloat32>) gradient);
        }
        return gradients;
    }

    private ReduceSum<TFloat32> total(Operand<TFloat32> y) {
        return tf.reduceSum(y, tf.constant(0));
    }
}
