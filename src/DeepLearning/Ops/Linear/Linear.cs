namespace DeepLearning;

public partial class Tensor
{
    /// <summary>An affine map of the last axis: y = x · weightᵀ + bias, [.., in] → [.., out].</summary>
    /// <param name="weight">The matrix, [out, in].</param>
    /// <param name="bias">Added to each row, [out]; none when null.</param>
    /// <returns>The result, [.., out].</returns>
    /// <exception cref="ShapeException">The lengths do not fit.</exception>
    /// <exception cref="DTypeException">The operands are not of one floating-point type.</exception>
    public Tensor Linear(Tensor weight, Tensor? bias = null)
    {
        if (Autocast.Enabled)
        {
            return LinearOp.Cast(this, weight, bias);
        }

        ArgumentNullException.ThrowIfNull(weight);
        LinearOp.Check(this, weight, bias);
        if (Rank == 2)
        {
            return Fused.Run(default(LinearOp), [this, weight, bias]);
        }

        int inner = Size(-1), outer = weight.Size(0);
        int[] shape = [.. Layout.Lengths.AsSpan(0, Rank - 1), outer];
        int rows = (int)(Shape.CountOf(shape.AsSpan(0, Rank - 1)));
        return Fused.Run(default(LinearOp), [Reshape(rows, inner), weight, bias]).Reshape(shape);
    }
}

/// <summary>x · weightᵀ + bias; inputs: x [rows, in], weight, bias.</summary>
file readonly record struct LinearOp : IFusedOp
{
    public static bool HasRecordedGradient => true;

    public string Name => "Linear";

    /// <summary>In a region of mixed precision.</summary>
    public static Tensor Cast(Tensor x, Tensor weight, Tensor? bias)
    {
        using Autocast.Operation cast = Autocast.Enter("Linear");
        return cast.Of(x).Linear(cast.Of(weight), cast.OrNull(bias));
    }

    public static void Check(Tensor x, Tensor weight, Tensor? bias)
    {
        if (weight.Rank != 2 || x.Rank == 0 || x.Size(-1) != weight.Size(1))
        {
            throw new ShapeException(
                $"Linear: an input {x.Shape} does not fit a weight {weight.Shape}; the input is [.., in] and the weight [out, in]"
                + (weight.Rank == 2 ? $", so the input's last axis must have length {weight.Size(1)}." : "."));
        }

        if (bias is not null && (bias.Rank != 1 || bias.Size(0) != weight.Size(0)))
        {
            throw new ShapeException(
                $"Linear: a bias {bias.Shape} does not fit a weight {weight.Shape}; it is [{weight.Size(0)}].");
        }

        if (x.DType != weight.DType || (bias is not null && bias.DType != x.DType) || !x.DType.IsFloatingPoint())
        {
            throw new DTypeException(
                $"Linear: an input of {x.DType.Name()}, a weight of {weight.DType.Name()}"
                + (bias is null ? "" : $" and a bias of {bias.DType.Name()}")
                + " do not fit; all must be of one floating-point type: convert the input with To(...), or the model.");
        }

        Broadcasting.CheckDevices(x, weight, "Linear");
    }

    public PrepareProduct CreatePreparation() => static (x, weight, bias) => x.Backend.PrepareLinear(x.Size(0), weight, bias);

    public static bool Keeps(int input, ReadOnlySpan<Tensor?> inputs) => input < 2 && inputs[1 - input]!.RequiresGrad;

    public Tensor Compose(ReadOnlySpan<Tensor?> inputs)
    {
        Tensor x = inputs[0]!, weight = inputs[1]!;
        if (inputs[2] is not { } bias)
        {
            return MatrixProduct.Of(x, false, weight, true);
        }

        // A 16-bit result is rounded once, after the bias.
        DType compute = x.DType.Compute();
        return (MatrixProduct.Of(x.To(compute), false, weight.To(compute), true) + bias.To(compute)).To(x.DType);
    }

    public Tensor? TryForward(ReadOnlySpan<Tensor?> inputs, ref KeptTensors kept)
    {
        Tensor x = inputs[0]!, weight = inputs[1]!;
        Tensor y = Tensor.Allocate([x.Size(0), weight.Size(0)], x.DType, x.Device);
        return x.Backend.TryLinear(x, weight, inputs[2], y) ? y : null;
    }

    public bool TryBackward(FusedNode node, Tensor gradient, Span<Tensor?> gradients)
    {
        gradients[0] = node.Wants(0) ? MatrixProduct.Of(gradient, false, node.Input(1), false) : null;
        gradients[1] = node.Wants(1) ? MatrixProduct.Of(gradient, true, node.Input(0), false) : null;
        gradients[2] = node.Wants(2) ? gradient.Sum(0) : null;
        return true;
    }
}

internal abstract partial class Backend
{
    /// <summary>
    /// y = x · weightᵀ + bias for x [rows, in], weight [out, in], bias [out] or null, y [rows, out]; a 16-bit result is rounded once, after
    /// the bias.
    /// </summary>
    /// <returns>Whether it was done.</returns>
    public virtual bool TryLinear(Tensor x, Tensor weight, Tensor? bias, Tensor y) => false;
}
