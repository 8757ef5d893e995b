using DeepLearning.Layers;

namespace DeepLearning;

/// <summary>
/// Makes a normalization by running figures a part of the convolution or linear layer whose output it normalizes:
/// s · (W x + b − mean) + shift = (s W) x + (s (b − mean) + shift). Jacob et al., "Quantization and training of neural networks for
/// efficient integer-arithmetic-only inference", 2018, section 3.2.
/// </summary>
internal static class NormFolding
{
    public static void Run(List<PlanNode> nodes, Dictionary<GraphValue, Tensor> constant, HashSet<GraphValue> outputs)
    {
        Dictionary<GraphValue, int> readers = [];
        foreach (GraphValue value in nodes.SelectMany(static node => node.Operands.OfType<GraphValue>()))
        {
            readers[value] = readers.GetValueOrDefault(value) + 1;
        }

        for (int i = nodes.Count - 1; i >= 0; i--)
        {
            PlanNode norm = nodes[i];
            if (norm.Name != "BatchNormEval" || !norm.Operands.Skip(1).All(value => value is null || constant.ContainsKey(value)))
            {
                continue;
            }

            GraphValue x = norm.Operands[0]!;
            PlanNode? layer = nodes.Take(i).LastOrDefault(node => node.Outputs.Contains(x));
            if (layer is not null && readers[x] == 1 && !outputs.Contains(x) && Fold(layer, norm, constant))
            {
                layer.Outputs[0] = norm.Outputs[0];
                nodes.RemoveAt(i);
            }
        }
    }

    /// <summary>Gives the layer the weight and the bias that do both.</summary>
    private static bool Fold(PlanNode layer, PlanNode norm, Dictionary<GraphValue, Tensor> constant)
    {
        if (IsTransposed(layer.Name) is not { } isTransposed || layer.Operands is not [_, { } weightOf, var biasOf]
            || !constant.TryGetValue(weightOf, out Tensor? weight) || (biasOf is not null && !constant.ContainsKey(biasOf))
            || weight.DType.Compute() != weight.DType || weight.Count == 0)
        {
            return false;
        }

        Tensor? At(int operand) => norm.Operands[operand] is { } value ? constant[value] : null;
        (Tensor scale, Tensor shift) = Fuse.Affine(At(3)!, At(4)!, (double)norm.Attributes["eps"], At(1), At(2));
        if (!isTransposed && weight.Size(0) != scale.Size(0))
        {
            return false;
        }

        Tensor scaled = Fuse.Scaled(weight, scale, isTransposed);
        Tensor bias = Fuse.Moved(biasOf is null ? null : constant[biasOf], scale, shift);
        GraphValue newWeight = new(weightOf.Id, GraphValueKind.Constant, weightOf.Shape, weight.DType, null, null);
        GraphValue newBias = new(weightOf.Id, GraphValueKind.Constant, bias.Shape, weight.DType, null, null);
        constant[newWeight] = scaled.To(weight.DType).Contiguous();
        constant[newBias] = bias.To(weight.DType).Contiguous();
        (layer.Operands[1], layer.Operands[2]) = (newWeight, newBias);
        return true;
    }

    /// <summary>Whether the layer's weight is that of a transposed convolution; null for a layer that takes no normalization in.</summary>
    private static bool? IsTransposed(string layer) => layer switch
    {
        "Linear" or "Conv1d" or "Conv2d" or "Conv3d" => false,
        "ConvTranspose1d" or "ConvTranspose2d" or "ConvTranspose3d" => true,
        _ => null,
    };
}
