using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>Replaces NaN and infinities by numbers; they get no gradient. Integers stay as they are.</summary>
    /// <param name="nan">What stands for NaN.</param>
    /// <param name="positiveInfinity">What stands for ∞; null for the type's largest number.</param>
    /// <param name="negativeInfinity">What stands for −∞; null for the type's smallest number.</param>
    public Tensor NanToNum(double nan = 0.0, double? positiveInfinity = null, double? negativeInfinity = null) =>
        DType.IsFloatingPoint() ? Map(NanToNumOp.Of(DType, nan, positiveInfinity, negativeInfinity)) : Clone();

    /// <summary>As <see cref="NanToNum(double, double?, double?)"/>, written into this tensor.</summary>
    /// <param name="nan">What stands for NaN.</param>
    /// <param name="positiveInfinity">What stands for ∞; null for the type's largest number.</param>
    /// <param name="negativeInfinity">What stands for −∞; null for the type's smallest number.</param>
    /// <returns>This tensor.</returns>
    public Tensor NanToNumInPlace(double nan = 0.0, double? positiveInfinity = null, double? negativeInfinity = null) =>
        DType.IsFloatingPoint() ? MapInPlace(NanToNumOp.Of(DType, nan, positiveInfinity, negativeInfinity)) : this;
}

internal readonly struct NanToNumOp(double nan, double positive, double negative) : IUnaryOp<NanToNumOp>
{
    private readonly double _nan = nan;
    private readonly double _positive = positive;
    private readonly double _negative = negative;

    public static bool BackwardNeedsOutput => false;

    public static NanToNumOp Of(DType dtype, double nan, double? positive, double? negative)
    {
        double largest = dtype switch
        {
            DType.Float64 => double.MaxValue,
            DType.Float16 => (double)Half.MaxValue,
            DType.BFloat16 => BFloat16.MaxValue,
            DType.Float32 => float.MaxValue,
            _ => throw DTypes.Unsupported(dtype, "NanToNum"),
        };
        return new(nan, positive ?? largest, negative ?? -largest);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Forward<R>(R x)
        where R : struct, IReal<R>
    {
        R y = R.Select(R.Equal(x, double.NegativeInfinity), _negative, x);
        return R.Select(R.IsNaN(x), _nan, R.Select(R.Equal(x, double.PositiveInfinity), _positive, y));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R Backward<R>(in NanToNumOp op, R x, R y, R dy)
        where R : struct, IReal<R> => R.Select(R.Less(R.Abs(x), double.PositiveInfinity), dy, 0.0);

    public void Describe(OperationAttributes attributes) =>
        attributes.Add("nan", _nan).Add("positive", _positive).Add("negative", _negative);
}
