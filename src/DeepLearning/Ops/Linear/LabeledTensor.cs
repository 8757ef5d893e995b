namespace DeepLearning;

/// <summary>A tensor whose axes carry labels, the common ground of Einsum and Tensordot: equal labels have equal lengths.</summary>
internal readonly record struct LabeledTensor(Tensor Tensor, int[] Labels)
{
    /// <summary>Keeps one axis of those with the same label: the diagonal.</summary>
    public LabeledTensor Diagonals()
    {
        Tensor tensor = Tensor;
        List<int> labels = [.. Labels];
        for (int i = 0; i < labels.Count; i++)
        {
            int again = labels.IndexOf(labels[i], i + 1);
            if (again < 0)
            {
                continue;
            }

            // The diagonal becomes the last axis.
            tensor = tensor.Diagonal(0, i, again);
            labels.Add(labels[i]);
            labels.RemoveAt(again);
            labels.RemoveAt(i);
            i--;
        }

        return new LabeledTensor(tensor, [.. labels]);
    }

    /// <summary>Sums over the axes whose labels nobody wants.</summary>
    public LabeledTensor SumTo(IReadOnlyCollection<int> wanted)
    {
        int[] labels = Labels;
        int[] axes = [.. Enumerable.Range(0, labels.Length).Where(i => !wanted.Contains(labels[i]))];
        return axes.Length == 0 ? this : new LabeledTensor(Tensor.Sum(axes, dtype: Tensor.DType), [.. labels.Where(wanted.Contains)]);
    }

    /// <summary>A view with the axes in the order of the labels, which must be this tensor's own.</summary>
    public LabeledTensor Order(int[] labels)
    {
        int[] own = Labels;
        return own.AsSpan().SequenceEqual(labels)
            ? this
            : new LabeledTensor(Tensor.Permute(Array.ConvertAll(labels, l => Array.IndexOf(own, l))), labels);
    }

    /// <summary>
    /// The product of two tensors, summed over the labels that both have and nobody wants, by one batched matrix product. The axes
    /// come out as: shared and wanted, only left, only right. Labels in one operand alone must be wanted.
    /// </summary>
    public static LabeledTensor Contract(LabeledTensor a, LabeledTensor b, IReadOnlyCollection<int> wanted)
    {
        int[] both = [.. a.Labels.Intersect(b.Labels)];
        int[] batch = [.. both.Where(wanted.Contains)], summed = [.. both.Except(batch)];
        int[] left = [.. a.Labels.Except(both)], right = [.. b.Labels.Except(both)];
        int[] labels = [.. batch, .. left, .. right];
        a = a.Order([.. batch, .. left, .. summed]);
        b = b.Order([.. batch, .. summed, .. right]);
        ReadOnlySpan<int> shapeA = a.Tensor.Shape.AsSpan(), shapeB = b.Tensor.Shape.AsSpan();
        ReadOnlySpan<int> batchShape = shapeA[..batch.Length], leftShape = shapeA.Slice(batch.Length, left.Length);
        ReadOnlySpan<int> rightShape = shapeB[(batch.Length + summed.Length)..];
        if (summed.Length == 0)
        {
            // Nothing to sum: broadcasting is faster than a matrix product over one term.
            Tensor spread = a.Tensor.Reshape([.. shapeA, .. Enumerable.Repeat(1, right.Length)]);
            Tensor aligned = b.Tensor.Reshape([.. batchShape, .. Enumerable.Repeat(1, left.Length), .. rightShape]);
            return new LabeledTensor(spread * aligned, labels);
        }

        int inner = Product(shapeA[(batch.Length + left.Length)..]);
        Tensor rows = a.Tensor.Reshape([.. batchShape, Product(leftShape), inner]);
        Tensor columns = b.Tensor.Reshape([.. batchShape, inner, Product(rightShape)]);
        return new LabeledTensor(rows.MatMul(columns).Reshape([.. batchShape, .. leftShape, .. rightShape]), labels);
    }

    private static int Product(ReadOnlySpan<int> lengths) => checked((int)Shape.CountOf(lengths));
}
