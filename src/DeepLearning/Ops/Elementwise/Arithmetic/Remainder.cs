using System.Numerics;
using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>
    /// Remainder of the division rounded down: y = a − b · ⌊a / b⌋, elementwise with broadcasting, exact; it has the sign of the divisor,
    /// as Python's <c>%</c>.
    /// </summary>
    /// <param name="other">The divisor.</param>
    /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
    /// <exception cref="DTypeException">Both tensors are bool.</exception>
    /// <exception cref="DivideByZeroException">An integer divisor is 0.</exception>
    public Tensor Remainder(Tensor other)
    {
        DType dtype = this.NumberType(other, nameof(Remainder));
        (Tensor a, Tensor b) = Broadcasting.Join(this, other, nameof(Remainder));
        if (dtype.IsInteger())
        {
            return a.IntegerMap<RemainderIntegersOp>(b, dtype);
        }

        Tensor y = a.FloatFmod(b, dtype, nameof(Remainder));
        a.Backend.Binary(default(SignOfDivisorOp), y, b, y);
        return Recording.Of(new RemainderOperation(a, b), y, a, b);
    }

    /// <inheritdoc cref="Remainder(Tensor)"/>
    /// <param name="other">The divisor.</param>
    public Tensor Remainder(Scalar other) => Remainder(this.Operand(other, nameof(Remainder)));

    /// <summary>As <see cref="Remainder(Tensor)"/>, written into this tensor.</summary>
    /// <param name="other">The divisor; broadcasts to this tensor's shape.</param>
    /// <returns>This tensor.</returns>
    public Tensor RemainderInPlace(Tensor other) =>
        this.Assign(this.Source(GradMode.Records(this, other)).Remainder(other), nameof(Remainder));

    /// <summary>As <see cref="Remainder(Scalar)"/>, written into this tensor.</summary>
    /// <param name="other">The divisor.</param>
    /// <returns>This tensor.</returns>
    public Tensor RemainderInPlace(Scalar other) => RemainderInPlace(this.Operand(other, nameof(Remainder)));
}

/// <summary>Brings a remainder of the dividend's sign to the divisor's.</summary>
internal readonly struct SignOfDivisorOp : IBinaryOp<SignOfDivisorOp>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Mask<R> IsWrong<R>(R rest, R divisor)
        where R : struct, IReal<R> =>
        (R.Less(rest, 0.0) & R.Less(0.0, divisor)) | (R.Less(0.0, rest) & R.Less(divisor, 0.0));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Forward<R>(R a, R b)
        where R : struct, IReal<R> => R.Select(IsWrong(a, b), a + b, a);
}

internal readonly struct RemainderIntegersOp : IIntegerOp
{
    public static string Divides => "Remainder";

    public static T Apply<T>(T a, T b)
        where T : unmanaged, IBinaryInteger<T>
    {
        T rest = a - (TruncDivideIntegersOp.Apply(a, b) * b);
        return !T.IsZero(rest) && T.IsNegative(rest) != T.IsNegative(b) ? rest + b : rest;
    }
}

file readonly struct RemainderOperation(Tensor a, Tensor b) : IOperation
{
    public string Name => "Remainder";

    public Node CreateNode() => new RemainderNode(a, b);

    public Replay CreateReplay() => (inputs, outputs) => outputs[0] = inputs[0]!.Remainder(inputs[1]!);
}

file sealed class RemainderNode : Node
{
    public RemainderNode(Tensor a, Tensor b)
    {
        // Only the divisor's gradient reads the operands.
        if (b.RequiresGrad)
        {
            Save(a, b);
        }
    }

    public override string Name => "Remainder";

    protected internal override void Backward(Tensor gradient, Span<Tensor?> gradients)
    {
        gradients[0] = gradient;
        gradients[1] = Needs(1) ? -(gradient * Saved(0).FloorDivide(Saved(1))) : null;
    }
}
