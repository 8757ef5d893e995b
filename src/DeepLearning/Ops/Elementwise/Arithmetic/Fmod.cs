using System.Numerics;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>
    /// Remainder of the division truncated toward zero: y = a − b · trunc(a / b), elementwise with broadcasting, exact; it has the
    /// sign of the dividend. C#'s <c>%</c> on numbers is this one; <c>%</c> on tensors is <see cref="Remainder(Tensor)"/>.
    /// </summary>
    /// <param name="other">The divisor.</param>
    /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
    /// <exception cref="DTypeException">Both tensors are bool.</exception>
    /// <exception cref="DivideByZeroException">An integer divisor is 0.</exception>
    public Tensor Fmod(Tensor other)
    {
        DType dtype = this.NumberType(other, nameof(Fmod));
        (Tensor a, Tensor b) = Broadcasting.Join(this, other, nameof(Fmod));
        if (dtype.IsInteger())
        {
            return a.IntegerMap<FmodIntegersOp>(b, dtype);
        }

        Tensor y = a.FloatFmod(b, dtype, nameof(Fmod));
        return Recording.Of(new FmodOperation(a, b), y, a, b);
    }

    /// <inheritdoc cref="Fmod(Tensor)"/>
    /// <param name="other">The divisor.</param>
    public Tensor Fmod(Scalar other) => Fmod(this.Operand(other, nameof(Fmod)));

    /// <summary>As <see cref="Fmod(Tensor)"/>, written into this tensor.</summary>
    /// <param name="other">The divisor; broadcasts to this tensor's shape.</param>
    /// <returns>This tensor.</returns>
    public Tensor FmodInPlace(Tensor other) => this.Assign(this.Source(GradMode.Records(this, other)).Fmod(other), nameof(Fmod));

    /// <summary>As <see cref="Fmod(Scalar)"/>, written into this tensor.</summary>
    /// <param name="other">The divisor.</param>
    /// <returns>This tensor.</returns>
    public Tensor FmodInPlace(Scalar other) => FmodInPlace(this.Operand(other, nameof(Fmod)));
}

internal readonly struct FmodIntegersOp : IIntegerOp
{
    public static string Divides => "Fmod";

    public static T Apply<T>(T a, T b)
        where T : unmanaged, IBinaryInteger<T> => a - (TruncDivideIntegersOp.Apply(a, b) * b);
}

file readonly struct FmodOperation(Tensor a, Tensor b) : IOperation
{
    public string Name => "Fmod";

    public Node CreateNode() => new FmodNode(a, b);

    public Replay CreateReplay() => (inputs, outputs) => outputs[0] = inputs[0]!.Fmod(inputs[1]!);
}

file sealed class FmodNode : Node
{
    public FmodNode(Tensor a, Tensor b)
    {
        // Only the divisor's gradient reads the operands.
        if (b.RequiresGrad)
        {
            Save(a, b);
        }
    }

    public override string Name => "Fmod";

    protected internal override void Backward(Tensor gradient, Span<Tensor?> gradients)
    {
        gradients[0] = gradient;
        gradients[1] = Needs(1) ? -(gradient * Saved(0).TruncDivide(Saved(1))) : null;
    }
}
