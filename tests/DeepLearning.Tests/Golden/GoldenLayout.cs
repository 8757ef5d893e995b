namespace DeepLearning.Tests.Golden;

/// <summary>Puts a tensor's values into memory in another order, or between others that no operation may read.</summary>
internal static class GoldenLayout
{
    /// <summary>A leaf with the same values, which is no view for the record but lies in memory as one.</summary>
    public static Tensor Arrange(Tensor x, string layout) => View(x, layout).Detach();

    private static Tensor View(Tensor x, string layout) => layout switch
    {
        "plain" => x,
        "transposed" => Reversed(Reversed(x).Contiguous()),
        "stepped" => Inside(x, [.. x.Shape.AsSpan()[..^1], x.Size(-1) * 2], TensorIndex.Slice(step: 2)),
        "narrowed" => Inside(x, [.. x.Shape.AsSpan()[..^1], x.Size(-1) + 3], TensorIndex.Slice(1, x.Size(-1) + 1)),
        "offset" => Inside(x.Reshape(-1), [(int)x.Count + 2], TensorIndex.Slice(1, (int)x.Count + 1)).View(x.Shape.AsSpan()),
        "expanded" => x.Narrow(0, 0, 1).Expand(x.Shape.AsSpan()),
        _ => throw new ArgumentException($"'{layout}' is no layout."),
    };

    private static Tensor Reversed(Tensor x) => x.Permute([.. Enumerable.Range(0, x.Rank).Reverse()]);

    /// <summary>A part of a larger tensor, along the last axis; the rest of it is ones.</summary>
    private static Tensor Inside(Tensor x, int[] shape, TensorIndex part)
    {
        Tensor inner = Tensor.Ones(shape, x.DType, x.Device)[TensorIndex.Ellipsis, part];
        return inner.CopyFrom(x);
    }
}
