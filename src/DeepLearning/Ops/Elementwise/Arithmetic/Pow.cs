using System.Numerics;
using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>This tensor to the power of another: y = aᵇ, elementwise with broadcasting.</summary>
    /// <remarks>Integers stay integers and wrap; with a negative exponent they give 0, except for 1 and −1.</remarks>
    /// <param name="other">The exponent.</param>
    /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
    /// <exception cref="DTypeException">Both tensors are bool.</exception>
    public Tensor Pow(Tensor other) => this.NumberType(other, nameof(Pow)) is var dtype && dtype.IsInteger()
        ? this.IntegerMap<PowIntegersOp>(other, dtype)
        : Map(other, default(PowOp));

    /// <summary>Each element to the power of a number: y = xᵉ. The exponents −1, ±½, 1, 2 and 3 take no general power.</summary>
    /// <param name="exponent">The exponent.</param>
    /// <exception cref="ArgumentException">Integers to a negative integer power.</exception>
    /// <exception cref="DTypeException">A bool tensor to a bool power, or an exponent that the integer type does not hold.</exception>
    public Tensor Pow(Scalar exponent)
    {
        if (Autocast.Enabled)
        {
            using Autocast.Operation cast = Autocast.Enter("Pow");
            return cast.Of(this).Pow(exponent);
        }

        Tensor x = To(PowerType(exponent));
        if (!x.DType.IsFloatingPoint())
        {
            x.DType.CheckHolds(exponent, nameof(Pow));
            return exponent == 2 ? x.Square() : x.IntegerMap<PowIntegersOp>(Filling.Wrapped(exponent, x.DType, Device), x.DType);
        }

        return exponent.ToDouble() switch
        {
            1.0 => x.Clone(),
            2.0 => x.Square(),
            3.0 => x.Map(default(CubeOp)),
            0.5 => x.Sqrt(),
            -1.0 => x.Reciprocal(),
            double general => x.Map(new PowNumberOp(general)),
        };
    }

    /// <summary>A number to the power of each element: y = bˣ.</summary>
    /// <param name="number">The base b.</param>
    /// <param name="exponent">The exponents x.</param>
    /// <exception cref="DTypeException">A bool to bool powers.</exception>
    public static Tensor Pow(Scalar number, Tensor exponent)
    {
        Tensor x = NumberOperands.NotNull(exponent).To(DTypes.ResultOf(exponent.DType, number));
        return x.DType.IsFloatingPoint()
            ? x.Map(new ScalarPowOp(number.ToDouble()))
            : Filling.Wrapped(number, x.DType, x.Device).Pow(x);
    }

    /// <summary>As <see cref="Pow(Tensor)"/>, written into this tensor.</summary>
    /// <param name="other">The exponent; broadcasts to this tensor's shape.</param>
    /// <returns>This tensor.</returns>
    public Tensor PowInPlace(Tensor other) =>
        DType.IsFloatingPoint() ? MapInPlace(other, default(PowOp)) : this.Assign(Pow(other), nameof(Pow));

    /// <summary>As <see cref="Pow(Scalar)"/>, written into this tensor.</summary>
    /// <param name="exponent">The exponent.</param>
    /// <returns>This tensor.</returns>
    /// <exception cref="ArgumentException">Integers to a negative integer power.</exception>
    public Tensor PowInPlace(Scalar exponent) => exponent.ToDouble() == 2.0 && PowerType(exponent) == DType
        ? SquareInPlace()
        : this.Assign(this.Source(GradMode.Records(this)).Pow(exponent), nameof(Pow));

    private DType PowerType(Scalar exponent)
    {
        DType dtype = DTypes.ResultOf(DType, exponent);
        if (dtype == DType.Bool)
        {
            throw new DTypeException("Pow: not defined for a bool tensor to a bool power; convert it with To(DType.Int64).");
        }

        return dtype.IsFloatingPoint() || exponent.ToInt64() >= 0
            ? dtype
            : throw new ArgumentException(
                $"Pow: integers to the negative integer power {exponent} are no integers; write {exponent}.0, or convert with "
                    + "To(DType.Float32).");
    }
}

internal readonly struct PowOp : IBinaryOp<PowOp>
{
    public static bool BackwardNeedsOutput => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Forward<R>(R a, R b)
        where R : struct, IReal<R> => R.Pow(a, b);

    // Each side by itself: with the sum over both, an infinite or undefined part of one would reach the other.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R BackwardLeft<R>(in PowOp op, R a, R b, R y, R dy)
        where R : struct, IReal<R>
    {
        Mask<R> constant = R.Equal(b, 0.0);
        R exponent = R.Select(constant, 1.0, b);
        return R.Select(constant, 0.0, dy * (exponent * R.Pow(a, exponent - 1.0)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R BackwardRight<R>(in PowOp op, R a, R b, R y, R dy)
        where R : struct, IReal<R>
    {
        Mask<R> flat = R.Equal(a, 0.0) & R.LessOrEqual(0.0, b);
        R number = R.Select(flat, 1.0, a);
        return R.Select(flat, 0.0, dy * (R.Pow(number, b) * R.Log(number)));
    }
}

internal readonly struct CubeOp : IUnaryOp<CubeOp>
{
    public static bool BackwardNeedsOutput => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Forward<R>(R x)
        where R : struct, IReal<R> => x * x * x;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R Backward<R>(in CubeOp op, R x, R y, R dy)
        where R : struct, IReal<R> => dy * (x * x * 3.0);
}

internal readonly struct PowNumberOp(double exponent) : IUnaryOp<PowNumberOp>
{
    private readonly double _exponent = exponent;

    public static bool BackwardNeedsOutput => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Forward<R>(R x)
        where R : struct, IReal<R> => _exponent == -0.5 ? 1.0 / R.Sqrt(x) : R.Pow(x, _exponent);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R Backward<R>(in PowNumberOp op, R x, R y, R dy)
        where R : struct, IReal<R> => op._exponent == 0.0 ? 0.0 : dy * (R.Pow(x, op._exponent - 1.0) * op._exponent);

    public void Describe(OperationAttributes attributes) => attributes.Add("exponent", _exponent);
}

internal readonly struct ScalarPowOp(double number) : IUnaryOp<ScalarPowOp>
{
    private readonly double _number = number;

    // A field: the compiler of a kernel for another processor has no logarithm at hand.
    private readonly double _logarithm = Math.Log(number);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Forward<R>(R x)
        where R : struct, IReal<R> => R.Pow(_number, x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R Backward<R>(in ScalarPowOp op, R x, R y, R dy)
        where R : struct, IReal<R>
    {
        if (op._number != 0.0)
        {
            return dy * (y * op._logarithm);
        }

        // 0ˣ is flat from 0 on, 0 to the power of 0 included.
        return dy * R.Select(R.Less(x, 0.0), double.NegativeInfinity, R.Select(R.IsNaN(x), x, 0.0));
    }

    public void Describe(OperationAttributes attributes) => attributes.Add("number", _number);
}

internal readonly struct PowIntegersOp : IIntegerOp
{
    public static T Apply<T>(T a, T b)
        where T : unmanaged, IBinaryInteger<T>
    {
        if (T.IsNegative(b))
        {
            return a == T.One ? a : a != -T.One ? T.Zero : T.IsOddInteger(b) ? a : T.One;
        }

        T y = T.One;
        for (; !T.IsZero(b); b >>= 1)
        {
            y = T.IsOddInteger(b) ? y * a : y;
            a *= a;
        }

        return y;
    }
}
