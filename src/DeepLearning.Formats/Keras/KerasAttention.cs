using DeepLearning.Layers;

namespace DeepLearning.Formats;

/// <summary>
/// MultiHeadAttention of Keras: kernels [width, heads, head width] for queries, keys and values, [heads, head width, width] for the output.
/// </summary>
internal static class KerasAttention
{
    public static void Add(
        KerasLayer layer, MultiheadAttention attention, KerasTarget target, string path, OrderedDictionary<string, Tensor> state)
    {
        List<Tensor> kernels = [], biases = [];
        foreach (string part in (string[])["query", "key", "value"])
        {
            KerasWeights weights = Part(part);
            Tensor kernel = weights.Next("kernel", 3);
            if (kernel.Size(1) != attention.NumHeads || kernel.Size(1) * kernel.Size(2) != attention.EmbedDim)
            {
                throw weights.Bad($"its {part} has {kernel.Size(1)} heads of {kernel.Size(2)}; the module {attention.NumHeads} of "
                    + $"{attention.EmbedDim / attention.NumHeads}.");
            }

            kernels.Add(kernel.Flatten(1, 2).Transpose(0, 1));
            if (weights.Left > 0)
            {
                biases.Add(weights.Next("bias", 2).Flatten());
            }

            weights.Finish();
        }

        KerasWeights output = Part("output");
        state[target.Name("out_proj.weight")] = output.Next("kernel", 3).Flatten(0, 1).Transpose(0, 1);
        if (output.Left > 0)
        {
            state[target.Name("out_proj.bias")] = output.Next("bias", 1);
        }

        output.Finish();
        if (attention.InProjWeight is not null && kernels.TrueForAll(kernel => kernel.Size(1) == attention.EmbedDim))
        {
            state[target.Name("in_proj_weight")] = Tensor.Cat([.. kernels]);
        }
        else
        {
            (state[target.Name("q_proj_weight")], state[target.Name("k_proj_weight")], state[target.Name("v_proj_weight")]) =
                (kernels[0], kernels[1], kernels[2]);
        }

        if (biases.Count == 3)
        {
            state[target.Name("in_proj_bias")] = Tensor.Cat([.. biases]);
        }

        KerasWeights Part(string part) => new(layer, target, path, name => name.TrimStart('_') is var clean && part switch
        {
            "output" => clean.StartsWith("output_dense/", StringComparison.Ordinal)
                || clean.StartsWith("attention_output/", StringComparison.Ordinal),
            _ => clean.StartsWith($"{part}/", StringComparison.Ordinal) || clean.StartsWith($"{part}_dense/", StringComparison.Ordinal),
        });
    }
}
