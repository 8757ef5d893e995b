namespace DeepLearning;

public partial class Tensor
{
    /// <summary>yᵢ = exp(xᵢ) / Σⱼ exp(xⱼ) along an axis.</summary>
    /// <param name="axis">The axis; negative counts from the end.</param>
    /// <exception cref="ShapeException">The axis is out of range.</exception>
    /// <exception cref="DTypeException">The tensor is not of a floating-point type.</exception>
    public Tensor Softmax(int axis)
    {
        if (Autocast.Enabled)
        {
            using Autocast.Operation cast = Autocast.Enter("Softmax");
            return cast.Of(this).Softmax(axis);
        }

        if (DType.Compute() != DType)
        {
            return To(DType.Compute()).Softmax(axis).To(DType);
        }

        return Fused.Run(new SoftmaxOp(SoftmaxRows.Axis(this, axis, "Softmax")), [this]);
    }

    /// <summary>yᵢ = xᵢ − ln Σⱼ exp(xⱼ) along an axis: the logarithm of <see cref="Softmax"/>, precise where that is close to 0.</summary>
    /// <param name="axis">The axis; negative counts from the end.</param>
    /// <exception cref="ShapeException">The axis is out of range.</exception>
    /// <exception cref="DTypeException">The tensor is not of a floating-point type.</exception>
    public Tensor LogSoftmax(int axis)
    {
        if (Autocast.Enabled)
        {
            using Autocast.Operation cast = Autocast.Enter("LogSoftmax");
            return cast.Of(this).LogSoftmax(axis);
        }

        if (DType.Compute() != DType)
        {
            // The gradient takes exponentials of the result, which magnify its rounding.
            return To(DType.Compute()).LogSoftmax(axis).To(DType);
        }

        return Fused.Run(new LogSoftmaxOp(SoftmaxRows.Axis(this, axis, "LogSoftmax")), [this]);
    }
}

/// <summary>What the operations of this file share.</summary>
file static class SoftmaxRows
{
    public static int Axis(Tensor x, int axis, string operation) => x.DType.IsFloatingPoint()
        ? Shape.Axis(axis, x.Rank, operation)
        : throw new DTypeException(
            $"{operation}: defined for floating-point tensors, not {x.DType.Name()}; convert with To(DType.Float32).");

    /// <summary>x − max x along an axis: what keeps exponentials small, and has no gradient of its own.</summary>
    public static Tensor Shifted(Tensor x, int axis) => x - (x.Rank == 0 ? x.Detach() : x.Detach().Amax([axis], keepDim: true));

    /// <summary>Σ along an axis, which keeps length 1.</summary>
    public static Tensor Sum(Tensor x, int axis) => x.Rank == 0 ? x : x.Sum(axis, keepDim: true);
}

/// <summary>Softmax along an axis; input: x. Its gradient is made from its result, which is all that is kept.</summary>
file readonly record struct SoftmaxOp(int Axis) : IFusedOp
{
    public static bool HasRecordedGradient => true;

    public string Name => "Softmax";

    public void Describe(OperationAttributes attributes) => attributes.Add("axis", Axis);

    public static bool Keeps(int input, ReadOnlySpan<Tensor?> inputs) => false;

    public Tensor Compose(ReadOnlySpan<Tensor?> inputs)
    {
        Tensor x = inputs[0]!;
        if (x.Count == 0)
        {
            return x.Clone();
        }

        Tensor e = SoftmaxRows.Shifted(x, Axis).Exp();
        return e / SoftmaxRows.Sum(e, Axis);
    }

    public Tensor? TryForward(ReadOnlySpan<Tensor?> inputs, ref KeptTensors kept)
    {
        Tensor x = inputs[0]!, rows = AxisRows.Of(x, Axis), y = Tensor.EmptyLike(rows);
        return rows.Backend.TrySoftmax(rows, y) ? kept.First = AxisRows.Back(y, x, Axis, x.DType) : null;
    }

    public bool TryBackward(FusedNode node, Tensor gradient, Span<Tensor?> gradients)
    {
        gradients[0] = Fused.Run(new SoftmaxGradientOp(Axis), [node.Kept(0), gradient]);
        return true;
    }
}

/// <summary>The gradient of x from y = softmax x and the gradient of y; inputs: y and that.</summary>
file readonly record struct SoftmaxGradientOp(int Axis) : IFusedOp
{
    public string Name => "SoftmaxGradient";

    public void Describe(OperationAttributes attributes) => attributes.Add("axis", Axis);

    public Tensor Compose(ReadOnlySpan<Tensor?> inputs)
    {
        Tensor y = inputs[0]!, gradient = inputs[1]!;
        return y * (gradient - SoftmaxRows.Sum(y * gradient, Axis));
    }

    public Tensor? TryForward(ReadOnlySpan<Tensor?> inputs, ref KeptTensors kept)
    {
        Tensor y = inputs[0]!, rows = AxisRows.Of(y, Axis), dx = Tensor.EmptyLike(rows);
        return rows.Backend.TrySoftmaxBackward(rows, AxisRows.Of(inputs[1]!.To(y.DType), Axis), dx)
            ? AxisRows.Back(dx, y, Axis, y.DType)
            : null;
    }

    public bool TryBackward(FusedNode node, Tensor gradient, Span<Tensor?> gradients) => false;
}

/// <summary>The logarithm of softmax along an axis; input: x. Its gradient is made from its result, which is all that is kept.</summary>
file readonly record struct LogSoftmaxOp(int Axis) : IFusedOp
{
    public static bool HasRecordedGradient => true;

    public string Name => "LogSoftmax";

    public void Describe(OperationAttributes attributes) => attributes.Add("axis", Axis);

    public static bool Keeps(int input, ReadOnlySpan<Tensor?> inputs) => false;

    public Tensor Compose(ReadOnlySpan<Tensor?> inputs)
    {
        Tensor x = inputs[0]!;
        if (x.Count == 0)
        {
            return x.Clone();
        }

        Tensor shifted = SoftmaxRows.Shifted(x, Axis);
        return shifted - SoftmaxRows.Sum(shifted.Exp(), Axis).Log();
    }

    public Tensor? TryForward(ReadOnlySpan<Tensor?> inputs, ref KeptTensors kept)
    {
        Tensor x = inputs[0]!, rows = AxisRows.Of(x, Axis), y = Tensor.EmptyLike(rows);
        return rows.Backend.TryLogSoftmax(rows, y) ? kept.First = AxisRows.Back(y, x, Axis, x.DType) : null;
    }

    public bool TryBackward(FusedNode node, Tensor gradient, Span<Tensor?> gradients)
    {
        gradients[0] = Fused.Run(new LogSoftmaxGradientOp(Axis), [node.Kept(0), gradient]);
        return true;
    }
}

/// <summary>The gradient of x from y = log softmax x and the gradient of y; inputs: y and that.</summary>
file readonly record struct LogSoftmaxGradientOp(int Axis) : IFusedOp
{
    public string Name => "LogSoftmaxGradient";

    public void Describe(OperationAttributes attributes) => attributes.Add("axis", Axis);

    public Tensor Compose(ReadOnlySpan<Tensor?> inputs) => inputs[1]! - (inputs[0]!.Exp() * SoftmaxRows.Sum(inputs[1]!, Axis));

    public Tensor? TryForward(ReadOnlySpan<Tensor?> inputs, ref KeptTensors kept)
    {
        Tensor y = inputs[0]!, rows = AxisRows.Of(y, Axis), dx = Tensor.EmptyLike(rows);
        return rows.Backend.TryLogSoftmaxBackward(rows, AxisRows.Of(inputs[1]!.To(y.DType), Axis), dx)
            ? AxisRows.Back(dx, y, Axis, y.DType)
            : null;
    }

    public bool TryBackward(FusedNode node, Tensor gradient, Span<Tensor?> gradients) => false;
}

/// <content>Along the last axis of contiguous tensors of a type that is computed in.</content>
internal abstract partial class Backend
{
    /// <summary>y = exp(x − max x) / Σ exp(x − max x), row by row.</summary>
    /// <returns>Whether it was done.</returns>
    public virtual bool TrySoftmax(Tensor x, Tensor y) => false;

    /// <summary>dx = y (dy − Σ y dy)</summary>
    /// <returns>Whether it was done.</returns>
    public virtual bool TrySoftmaxBackward(Tensor y, Tensor dy, Tensor dx) => false;

    /// <summary>y = x − max x − ln Σ exp(x − max x), row by row.</summary>
    /// <returns>Whether it was done.</returns>
    public virtual bool TryLogSoftmax(Tensor x, Tensor y) => false;

    /// <summary>dx = dy − exp(y) Σ dy</summary>
    /// <returns>Whether it was done.</returns>
    public virtual bool TryLogSoftmaxBackward(Tensor y, Tensor dy, Tensor dx) => false;
}
