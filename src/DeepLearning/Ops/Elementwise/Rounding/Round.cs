using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>The nearest integer, halves to even; the gradient is 0.</summary>
    public Tensor Round() => DType.IsInteger() ? Clone() : Map(default(RoundOp));

    /// <summary>
    /// Rounds to a number of decimals: y = round(x · 10ᵈ) / 10ᵈ, halves to even; the gradient is 0. A number without digits behind the
    /// last decimal stays as it is, whatever x · 10ᵈ would be.
    /// </summary>
    /// <param name="decimals">The digits after the point; negative rounds to tens, hundreds …</param>
    /// <exception cref="DTypeException">An integer tensor.</exception>
    public Tensor Round(int decimals) => decimals == 0 ? Round() : Real("Round").Map(new RoundDecimalsOp(decimals, DType));

    /// <summary>As <see cref="Round()"/>, written into this tensor.</summary>
    /// <returns>This tensor.</returns>
    public Tensor RoundInPlace() => DType.IsInteger() ? this : MapInPlace(default(RoundOp));

    /// <summary>As <see cref="Round(int)"/>, written into this tensor.</summary>
    /// <param name="decimals">The digits after the point; negative rounds to tens, hundreds …</param>
    /// <returns>This tensor.</returns>
    /// <exception cref="DTypeException">An integer tensor.</exception>
    public Tensor RoundInPlace(int decimals) =>
        decimals == 0 ? RoundInPlace() : Real("Round").MapInPlace(new RoundDecimalsOp(decimals, DType));

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

/// <summary>
/// A number that has no digits after the last decimal, as all have above 2²³ (2⁵²) units of it, is left as it is, so that nothing
/// overflows. A unit that is itself too large for the type is applied in two factors.
/// </summary>
internal readonly struct RoundDecimalsOp : IUnaryOp<RoundDecimalsOp>
{
    // Ints: kernels of other devices take no truth values.
    private readonly int _tens;
    private readonly int _isDeep;
    private readonly double _unit;
    private readonly double _rest;
    private readonly double _whole;
    private readonly int _decimals;

    public RoundDecimalsOp(int decimals, DType dtype)
    {
        bool isDouble = dtype == DType.Float64;
        int most = isDouble ? 308 : 38;
        _decimals = decimals;
        // Below the least number's own digits there is nothing to round, above the greatest number only 0.
        long digits = Math.Min(Math.Abs((long)decimals), isDouble ? 345 : 65);
        _tens = decimals < 0 ? 1 : 0;
        _isDeep = digits > most ? 1 : 0;
        _unit = Math.Pow(10.0, Math.Min(digits, most));
        _rest = Math.Pow(10.0, Math.Max(digits - most, 0));
        _whole = isDouble ? 1L << 52 : 1 << 23;
    }

    public static bool BackwardNeedsInput => false;

    public static bool BackwardNeedsOutput => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Forward<R>(R x)
        where R : struct, IReal<R>
    {
        if (_tens != 0)
        {
            return _isDeep != 0 ? R.Select(R.Less(R.Abs(x), double.PositiveInfinity), x * 0.0, x) : R.Round(x / _unit) * _unit;
        }

        R scaled = _isDeep != 0 ? x * _unit * _rest : x * _unit;
        R rounded = R.Round(scaled) / _unit;
        return R.Select(R.Less(R.Abs(scaled), _whole), _isDeep != 0 ? rounded / _rest : rounded, x);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R Backward<R>(in RoundDecimalsOp op, R x, R y, R dy)
        where R : struct, IReal<R> => 0.0;

    public void Describe(OperationAttributes attributes) => attributes.Add("decimals", _decimals);
}
