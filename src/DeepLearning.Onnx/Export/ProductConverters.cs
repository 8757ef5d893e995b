namespace DeepLearning.Onnx.Export;

/// <summary>Matrix products.</summary>
internal static class ProductConverters
{
    public static void Add(Dictionary<string, Action<NodeContext>> to)
    {
        to["MatMul"] = static n => n.Set(n.Op("MatMul", [
            n.Flag("transpose_a") ? Transposed(n, n.X, n.Rank(0)) : n.X, n.Flag("transpose_b") ? Transposed(n, n.Y, n.Rank(1)) : n.Y]));
        to["Linear"] = static n => n.Set(n.Op(
            "Gemm", n.Has(2) ? [n.X, n.Y, n.Cast(2, n.OutType)] : [n.X, n.Y], ("transB", 1)));
        to["Det"] = static n => n.Set(n.Op("Det", [n.X]));
    }

    /// <summary>A value with its last two axes exchanged.</summary>
    public static string Transposed(NodeContext n, string x, int rank)
    {
        long[] order = [.. Enumerable.Range(0, rank).Select(static axis => (long)axis)];
        (order[^1], order[^2]) = (order[^2], order[^1]);
        return n.Transpose(x, order);
    }
}
