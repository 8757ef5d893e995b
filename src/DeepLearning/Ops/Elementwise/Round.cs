using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>The nearest integer, halves to even; the gradient is 0.</summary>
    public Tensor Round() => DType.IsInteger() ? Clone() : Map(default(RoundOp));

    /// <summary>Rounds to a number of decimals: y = round(x · 10ᵈ) / 10ᵈ, halves to even; the gradient is 0.</summary>
    /// <param name="decimals">The digits after the point; negative rounds to tens, hundreds …</param>
    /// <exception cref="DTypeException">An integer tensor.</exception>
    public Tensor Round(int decimals) => decimals == 0 ? Round() : Real("Round").Map(new RoundDecimalsOp(decimals));

    /// <summary>As <see cref="Round()"/>, written into this tensor.</summary>
    /// <returns>This tensor.</returns>
    public Tensor RoundInPlace() => DType.IsInteger() ? this : MapInPlace(default(RoundOp));

    /// <summary>As <see cref="Round(int)"/>, written into this tensor.</summary>
    /// <param name="decimals">The digits after the point; negative rounds to tens, hundreds …</param>
    /// <returns>This tensor.</returns>
    /// <exception cref="DTypeException">An integer tensor.</exception>
    public Tensor RoundInPlace(int decimals) =>
        decimals == 0 ? RoundInPlace() : Real("Round").MapInPlace(new RoundDecimalsOp(decimals));

    private Tensor Real(string operation) => DType.IsFloatingPoint()
        ? this
        : throw new DTypeException($"{operation}: not defined for {DType.Name()} tensors with decimals; convert with To(DType.Float32).");
}

internal readonly struct RoundOp : IUnaryOp<RoundOp>
{
    public static bool BackwardNeedsInput => false;

    public static bool BackwardNeedsOutput => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Forward<R>(R x)
        where R : struct, IReal<R> => R.Round(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R Backward<R>(in RoundOp op, R x, R y, R dy)
        where R : struct, IReal<R> => 0.0;
}

internal readonly struct RoundDecimalsOp(int decimals) : IUnaryOp<RoundDecimalsOp>
{
    private readonly bool _tens = decimals < 0;
    private readonly double _unit = Math.Pow(10.0, Math.Abs(decimals));

    public static bool BackwardNeedsInput => false;

    public static bool BackwardNeedsOutput => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Forward<R>(R x)
        where R : struct, IReal<R> => _tens ? R.Round(x / _unit) * _unit : R.Round(x * _unit) / _unit;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R Backward<R>(in RoundDecimalsOp op, R x, R y, R dy)
        where R : struct, IReal<R> => 0.0;
}
