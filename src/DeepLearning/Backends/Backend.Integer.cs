using System.Numerics;

namespace DeepLearning;

internal abstract partial class Backend
{
    /// <summary>y = op(a, b) on integers; the operands are converted to the type of y, an integer type or bool.</summary>
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

    static abstract T Apply<T>(T a, T b)
        where T : unmanaged, IBinaryInteger<T>;

    static virtual Vector<T> Apply<T>(Vector<T> a, Vector<T> b)
        where T : unmanaged => throw new NotSupportedException();
}
