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
        if (layer.Operands is not [_, { } weightOf, var biasOf] || !constant.TryGetValue(weightOf, out Tensor? weight)
            || (biasOf is not null && !constant.ContainsKey(biasOf)) || weight.DType.Compute() != weight.DType)
        {
            return false;
        }

        Tensor Wide(int operand) => constant[norm.Operands[operand]!].To(DType.Float64);
        Tensor scale = (Wide(4) + (double)norm.Attributes["eps"]).Rsqrt();
        scale = norm.Operands[1] is null ? scale : scale * Wide(1);
        Tensor shift = -(Wide(3) * scale);
        shift = norm.Operands[2] is null ? shift : shift + Wide(2);
        Tensor? scaled = Scaled(layer, weight.To(DType.Float64), scale);
        if (scaled is null)
        {
            return false;
        }

        Tensor bias = biasOf is null ? shift : (constant[biasOf].To(DType.Float64) * scale) + shift;
        GraphValue newWeight = new(weightOf.Id, GraphValueKind.Constant, weightOf.Shape, weight.DType, null, null);
        GraphValue newBias = new(weightOf.Id, GraphValueKind.Constant, bias.Shape, weight.DType, null, null);
        constant[newWeight] = scaled.To(weight.DType).Contiguous();
        constant[newBias] = bias.To(weight.DType).Contiguous();
        (layer.Operands[1], layer.Operands[2]) = (newWeight, newBias);
        return true;
    }

    /// <summary>The weight times a number for each channel that it makes; null where the layer is not one of those.</summary>
    private static Tensor? Scaled(PlanNode layer, Tensor weight, Tensor scale)
    {
        int[] taps = [.. Enumerable.Repeat(1, weight.Rank - 2)];
        switch (layer.Name)
        {
            case "Linear" or "Conv1d" or "Conv2d" or "Conv3d" when weight.Size(0) == scale.Size(0):
                return weight * scale.Reshape([-1, 1, .. taps]);
            case "ConvTranspose1d" or "ConvTranspose2d" or "ConvTranspose3d" when weight.Size(1) > 0:
                // Output channels are the second axis, group by group.
                int groups = scale.Size(0) / weight.Size(1);
                return (weight.Unflatten(0, groups, weight.Size(0) / groups) * scale.Reshape([groups, 1, weight.Size(1), .. taps]))
                    .Flatten(0, 1);
            default:
                return null;
        }
    }
}
