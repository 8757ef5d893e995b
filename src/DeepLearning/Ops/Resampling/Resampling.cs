using DeepLearning.Backends;

namespace DeepLearning;

/// <summary>
/// Weighted sums of neighbors along one to three spatial axes, an axis by itself. They are linear, so that the gradient is the same with
/// the transposed weights.
/// </summary>
internal static class Resampling
{
    /// <summary>[N, C, axes ..] with each spatial axis made anew; of float32 or float64.</summary>
    public static Tensor Run(Tensor x, ResampleAxis[] axes, string mode)
    {
        int planes = (int)Shape.CountOf(x.Layout.Lengths.AsSpan(0, 2));
        int[] lengths = [.. x.Layout.Lengths.AsSpan(0, 2), .. axes.Select(static axis => axis.Outputs)];
        ResampleAxis horizontal = axes[^1], vertical = axes.Length > 1 ? axes[^2] : ResampleAxis.Same(1);
        if (axes.Length < 3)
        {
            return Along(x.Reshape(planes, vertical.Source, horizontal.Source), vertical, horizontal, mode).Reshape(lengths);
        }

        // Of three axes the depth goes first where that leaves less to do.
        ResampleAxis depth = axes[0];
        return depth.Outputs < depth.Source
            ? Planes(Depth(x, depth.Source, vertical.Source * horizontal.Source)).Reshape(lengths)
            : Depth(Planes(x), depth.Source, vertical.Outputs * horizontal.Outputs).Reshape(lengths);

        Tensor Depth(Tensor t, int source, int size) =>
            Along(t.Reshape(planes, source, size), depth, ResampleAxis.Same(size), mode);

        Tensor Planes(Tensor t)
        {
            int count = (int)(t.Count / ((long)vertical.Source * horizontal.Source));
            return Along(t.Reshape(count, vertical.Source, horizontal.Source), vertical, horizontal, mode);
        }
    }

    private static Tensor Along(Tensor x, ResampleAxis vertical, ResampleAxis horizontal, string mode) =>
        vertical.IsSame && horizontal.IsSame ? x : Fused.Run(new ResampleOp(vertical, horizontal, mode), [x]);
}

/// <summary>Both axes of planes resampled; input: [planes, height, width].</summary>
file readonly record struct ResampleOp(ResampleAxis Vertical, ResampleAxis Horizontal, string Mode) : IFusedOp
{
    public static bool HasRecordedGradient => true;

    public string Name => "Resample";

    public void Describe(OperationAttributes attributes) =>
        attributes.Add("mode", Mode).Add("output_size", (int[])[Vertical.Outputs, Horizontal.Outputs]);

    public static bool Keeps(int input, ReadOnlySpan<Tensor?> inputs) => false;

    /// <summary>A product with the matrix of the weights for each axis.</summary>
    public Tensor Compose(ReadOnlySpan<Tensor?> inputs)
    {
        Tensor x = inputs[0]!;
        Tensor down = Vertical.IsSame ? x : Vertical.Matrix(x.DType, x.Device).MatMul(x);
        return Horizontal.IsSame ? down : down.MatMul(Horizontal.Matrix(x.DType, x.Device).T);
    }

    public Tensor? TryForward(ReadOnlySpan<Tensor?> inputs, ref KeptTensors kept)
    {
        Tensor x = inputs[0]!.Detach().Contiguous();
        Tensor y = Tensor.Allocate([x.Size(0), Vertical.Outputs, Horizontal.Outputs], x.DType, x.Device);
        return x.Backend.TryResample(Vertical, Horizontal, x, y) ? y : null;
    }

    public bool TryBackward(FusedNode node, Tensor gradient, Span<Tensor?> gradients)
    {
        gradients[0] = Fused.Run(new ResampleOp(Vertical.Transposed, Horizontal.Transposed, Mode), [gradient]);
        return true;
    }
}

/// <content>Along the last two axes of [planes, height, width].</content>
internal abstract partial class Backend
{
    /// <summary>y = x with both axes resampled; of float32 or float64.</summary>
    /// <returns>Whether it was done.</returns>
    public virtual bool TryResample(ResampleAxis vertical, ResampleAxis horizontal, Tensor x, Tensor y) => false;
}
