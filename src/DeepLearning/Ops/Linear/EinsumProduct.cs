namespace DeepLearning;

/// <summary>Carries an Einsum out: the product of labeled tensors from left to right, summed as early as possible.</summary>
internal static class EinsumProduct
{
    /// <exception cref="ShapeException">A subscript stands for axes of different lengths.</exception>
    public static Tensor Of(EinsumEquation parsed, ReadOnlySpan<Tensor> operands)
    {
        Dictionary<int, int> lengths = Lengths(parsed, operands);
        LabeledTensor[] terms = new LabeledTensor[operands.Length];
        for (int i = 0; i < terms.Length; i++)
        {
            terms[i] = WithoutBroadcast(new LabeledTensor(operands[i], parsed.Operands[i]).Diagonals(), lengths);
        }

        LabeledTensor product = terms[0].SumTo(Wanted(parsed, terms, 1));
        for (int i = 1; i < terms.Length; i++)
        {
            HashSet<int> wanted = Wanted(parsed, terms, i + 1);
            HashSet<int> left = [.. wanted, .. terms[i].Labels], right = [.. wanted, .. product.Labels];
            product = LabeledTensor.Contract(product.SumTo(left), terms[i].SumTo(right), wanted);
        }

        return product.Order(parsed.Output).Tensor;
    }

    /// <summary>The labels that the result or a later operand still has.</summary>
    private static HashSet<int> Wanted(EinsumEquation parsed, LabeledTensor[] terms, int next) =>
        [.. parsed.Output, .. terms.Skip(next).SelectMany(t => t.Labels)];

    private static Dictionary<int, int> Lengths(EinsumEquation parsed, ReadOnlySpan<Tensor> operands)
    {
        Dictionary<int, int> lengths = [];
        for (int i = 0; i < operands.Length; i++)
        {
            int[] labels = parsed.Operands[i];
            for (int axis = 0; axis < labels.Length; axis++)
            {
                int length = operands[i].Size(axis), first = Array.IndexOf(labels, labels[axis]);
                if (operands[i].Size(first) != length)
                {
                    throw parsed.DoesNotFit(
                        $"{EinsumEquation.NameOf(labels[axis])} repeats in operand {i} of shape {operands[i].Shape} with lengths "
                        + $"{operands[i].Size(first)} and {length}; a diagonal needs equal ones");
                }

                int known = lengths.GetValueOrDefault(labels[axis], 1);
                if (known != 1 && length != 1 && known != length)
                {
                    throw parsed.DoesNotFit(
                        $"{EinsumEquation.NameOf(labels[axis])} has length {length} in operand {i} of shape {operands[i].Shape}, "
                        + $"but {known} before; they must be equal or one of them 1");
                }

                lengths[labels[axis]] = known == 1 ? length : known;
            }
        }

        return lengths;
    }

    /// <summary>An operand of length 1 along an axis that is longer elsewhere does not depend on it: the axis is dropped.</summary>
    private static LabeledTensor WithoutBroadcast(LabeledTensor term, Dictionary<int, int> lengths)
    {
        List<int> shape = [], labels = [];
        for (int axis = 0; axis < term.Labels.Length; axis++)
        {
            int length = term.Tensor.Size(axis);
            if (length == lengths[term.Labels[axis]])
            {
                shape.Add(length);
                labels.Add(term.Labels[axis]);
            }
        }

        return labels.Count == term.Labels.Length ? term : new LabeledTensor(term.Tensor.Reshape([.. shape]), [.. labels]);
    }
}
