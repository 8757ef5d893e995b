using System.Numerics;

namespace DeepLearning;

internal abstract partial class Backend
{
    /// <summary>
    /// y = op(a, b) on integers; the operands are converted to the type of y, an integer type or bool. Of an op that divides, a divisor
    /// of 0 is refused by <see cref="IIntegerOp.Refusal"/>.
    /// </summary>
    public abstract void Integer<TOp>(Tensor a, Tensor b, Tensor y)
        where TOp : struct, IIntegerOp;

    /// <summary>y = a − b · trunc(a / b), exact for quotients of any size; all of floating-point types.</summary>
    public abstract void Fmod(Tensor a, Tensor b, Tensor y);
}

/// <summary>An operation on integers that number formulas cannot express: it looks at bits, or must refuse a divisor.</summary>
internal interface IIntegerOp
{
    /// <summary>True when <see cref="Apply{T}(Vector{T}, Vector{T})"/> exists.</summary>
    static virtual bool HasVector => false;

    /// <summary>The operation's name where it divides by b, which is then never 0.</summary>
    static virtual string? Divides => null;

    static abstract T Apply<T>(T a, T b)
        where T : unmanaged, IBinaryInteger<T>;

    static virtual Vector<T> Apply<T>(Vector<T> a, Vector<T> b)
        where T : unmanaged => throw new NotSupportedException();

    /// <summary>The error for a divisor of 0.</summary>
    static DivideByZeroException Refusal(string? operation) => new(
        $"{operation}: an element of the integer divisor is 0; divide floating-point tensors for infinities, such as "
            + "x.To(DType.Float32).");
}
