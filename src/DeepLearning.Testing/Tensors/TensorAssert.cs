namespace DeepLearning.Testing;

/// <summary>Assertions about tensors. What does not hold throws a <see cref="CheckException"/> that shows the worst elements.</summary>
public static class TensorAssert
{
    /// <summary>
    /// Requires the same shape, the same type, and |actual − expected| ≤ relative · |expected| + absolute for each element. NaN equals NaN,
    /// and an infinity itself.
    /// </summary>
    /// <param name="expected">What is expected.</param>
    /// <param name="actual">What there is.</param>
    /// <param name="relative">The error allowed as a share of the expected element.</param>
    /// <param name="absolute">The error allowed beside it.</param>
    /// <param name="what">What is compared, for the message.</param>
    /// <exception cref="CheckException">They differ; the message lists the worst elements.</exception>
    public static void Close(Tensor expected, Tensor actual, double relative = 1e-5, double absolute = 1e-8, string? what = null) =>
        Require(TensorDifference.Elementwise(expected, actual, relative, absolute), what);

    /// <summary>
    /// Requires the same shape, the same type, and ‖actual − expected‖ ≤ relative · ‖expected‖ + absolute · √count: the errors of elements
    /// that cancel to nearly nothing count beside the others.
    /// </summary>
    /// <param name="expected">What is expected.</param>
    /// <param name="actual">What there is.</param>
    /// <param name="relative">The error allowed as a share of the norm.</param>
    /// <param name="absolute">The error allowed beside it, for each element.</param>
    /// <param name="what">What is compared, for the message.</param>
    /// <exception cref="CheckException">They differ; the message lists the worst elements.</exception>
    public static void CloseInNorm(Tensor expected, Tensor actual, double relative = 1e-5, double absolute = 0, string? what = null) =>
        Require(TensorDifference.InNorm(expected, actual, relative, absolute), what);

    /// <summary>Requires the same shape, type and elements. NaN equals NaN; 0 equals −0.</summary>
    /// <param name="expected">What is expected.</param>
    /// <param name="actual">What there is.</param>
    /// <param name="what">What is compared, for the message.</param>
    /// <exception cref="CheckException">They differ; the message lists the worst elements.</exception>
    public static void Same(Tensor expected, Tensor actual, string? what = null) =>
        Require(TensorDifference.Elementwise(expected, actual, 0, 0), what);

    /// <summary>Requires that no element is NaN or infinite.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <param name="what">What it is, for the message.</param>
    /// <exception cref="CheckException">An element is NaN or infinite; the message says how many and where the first is.</exception>
    public static void Finite(Tensor tensor, string? what = null)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        double[] numbers = tensor.Detach().To(DType.Float64).ToArray<double>();
        int first = Array.FindIndex(numbers, static x => !double.IsFinite(x));
        if (first >= 0)
        {
            int count = numbers.Count(static x => !double.IsFinite(x));
            throw new CheckException(
                $"{Prefix(what)}{count} of {numbers.Length} elements of {tensor.DType.Name()}{tensor.Shape} are NaN or infinite, the first "
                + $"is element {first}: {numbers[first]}");
        }
    }

    /// <summary>Requires a shape, as <c>TensorAssert.HasShape(x, "[_, 3, 8]")</c>; see <see cref="ShapePattern"/>.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <param name="pattern">The shape with blanks.</param>
    /// <param name="what">What it is, for the message.</param>
    /// <exception cref="CheckException">The shape is another.</exception>
    /// <exception cref="FormatException">The pattern is malformed.</exception>
    public static void HasShape(Tensor tensor, string pattern, string? what = null)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        if (ShapePattern.Parse(pattern).Mismatch(tensor.Shape) is { } mismatch)
        {
            throw new CheckException(Prefix(what) + mismatch);
        }
    }

    /// <summary>
    /// Requires shapes that share their names: <c>HaveShapes((query, "[N, T, E]"), (mask, "[N, T]"))</c> has one N and one T.
    /// </summary>
    /// <param name="shapes">Tensors and their shapes.</param>
    /// <exception cref="CheckException">A shape is another.</exception>
    /// <exception cref="FormatException">A pattern is malformed.</exception>
    public static void HaveShapes(params ReadOnlySpan<(Tensor Tensor, string Pattern)> shapes)
    {
        Dictionary<string, int> names = [];
        for (int i = 0; i < shapes.Length; i++)
        {
            if (ShapePattern.Parse(shapes[i].Pattern).Mismatch(shapes[i].Tensor.Shape, names) is { } mismatch)
            {
                throw new CheckException($"tensor {i}: {mismatch}");
            }
        }
    }

    private static void Require(TensorDifference difference, string? what)
    {
        if (!difference.IsClose)
        {
            throw new CheckException(Prefix(what) + difference);
        }
    }

    private static string Prefix(string? what) => what is null ? "" : what + ": ";
}
