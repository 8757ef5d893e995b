namespace DeepLearning.Tests.Onnx;

/// <summary>Compares tensors as ONNX Runtime's results are compared with the library's.</summary>
internal static class Compare
{
    /// <summary>What differs; null where nothing does.</summary>
    public static string? Difference(Tensor expected, Tensor actual, double relative = 1e-5, double absolute = 2e-6)
    {
        if (expected.Shape != actual.Shape || expected.DType != actual.DType)
        {
            return $"{expected.DType.Name()}{expected.Shape} became {actual.DType.Name()}{actual.Shape}";
        }

        if (expected.Count == 0 || actual.AllClose(expected, relative, absolute, equalNaN: true))
        {
            return null;
        }

        Tensor distance = (actual.To(DType.Float64) - expected.To(DType.Float64)).Abs().Reshape(-1);
        int at = (int)distance.ArgMax().Item<long>();
        return $"element {at} of {expected.Shape}: {expected.To(DType.Float64).Reshape(-1)[at].Item<double>()} became "
            + $"{actual.To(DType.Float64).Reshape(-1)[at].Item<double>()}";
    }

    /// <summary>Asserts that nothing differs.</summary>
    public static void Same(Tensor expected, Tensor actual, double relative = 1e-5, double absolute = 2e-6) =>
        Assert.Null(Difference(expected, actual, relative, absolute));
}
