using System.Numerics;
using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning.Backends.Cpu;

/// <summary>
/// A mean as the lanes hold it, and what rounding it to their type left away. A mean that is large beside the deviation is told from its
/// rounded self by much of a deviation, so that the rest belongs into what is computed with it.
/// </summary>
internal readonly record struct LaneMean(double Value, double Rest)
{
    public static LaneMean Of<T>(double mean)
        where T : unmanaged, INumber<T>
    {
        double value = double.CreateTruncating(T.CreateTruncating(mean));
        return new LaneMean(value, double.IsFinite(value) ? mean - value : 0);
    }
}

/// <summary>x</summary>
internal readonly struct ValueStep : ILaneStep<ValueStep>
{
    public static int Inputs => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Step<R>(R x0, R x1, R x2, R x3, R x4)
        where R : struct, IReal<R> => x0;
}

/// <summary>x − start, for a sum of numbers that lie close together far from 0.</summary>
internal readonly struct DistanceStep(double start) : ILaneStep<DistanceStep>
{
    private readonly double _start = start;

    public static int Inputs => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Step<R>(R x0, R x1, R x2, R x3, R x4)
        where R : struct, IReal<R> => x0 - (R)_start;
}

/// <summary>x0 + x1</summary>
internal readonly struct TotalStep : ILaneStep<TotalStep>
{
    public static int Inputs => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Step<R>(R x0, R x1, R x2, R x3, R x4)
        where R : struct, IReal<R> => x0 + x1;
}

/// <summary>x0 · x1</summary>
internal readonly struct DotStep : ILaneStep<DotStep>
{
    public static int Inputs => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Step<R>(R x0, R x1, R x2, R x3, R x4)
        where R : struct, IReal<R> => x0 * x1;
}

/// <summary>(x − mean)²</summary>
internal readonly struct SquaredDistanceStep(double mean) : ILaneStep<SquaredDistanceStep>
{
    private readonly double _mean = mean;

    public static int Inputs => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Step<R>(R x0, R x1, R x2, R x3, R x4)
        where R : struct, IReal<R>
    {
        R distance = x0 - (R)_mean;
        return distance * distance;
    }
}

/// <summary>x0 · (x1 − mean)</summary>
internal readonly struct CenteredDotStep(double mean) : ILaneStep<CenteredDotStep>
{
    private readonly double _mean = mean;

    public static int Inputs => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Step<R>(R x0, R x1, R x2, R x3, R x4)
        where R : struct, IReal<R> => x0 * (x1 - (R)_mean);
}

/// <summary>(x − mean) · scale + shift</summary>
internal readonly struct NormalizeStep(LaneMean mean, double scale, double shift) : ILaneStep<NormalizeStep>
{
    private readonly double _mean = mean.Value;
    private readonly double _scale = scale;
    private readonly double _shift = shift - (mean.Rest * scale);

    public static int Inputs => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Step<R>(R x0, R x1, R x2, R x3, R x4)
        where R : struct, IReal<R> => R.MultiplyAdd(x0 - (R)_mean, _scale, _shift);
}

/// <summary>(x − mean) · scale + shift, each of them an operand of its own.</summary>
internal readonly struct NormalizeEachStep : ILaneStep<NormalizeEachStep>
{
    public static int Inputs => 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Step<R>(R x0, R x1, R x2, R x3, R x4)
        where R : struct, IReal<R> => R.MultiplyAdd(x0 - x1, x2, x3);
}

/// <summary>(x − mean) · rstd · weight</summary>
internal readonly struct NormalizeWeightStep(LaneMean mean, double rstd) : ILaneStep<NormalizeWeightStep>
{
    private readonly double _mean = mean.Value;
    private readonly double _rstd = rstd;
    private readonly double _rest = -mean.Rest * rstd;

    public static int Inputs => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Step<R>(R x0, R x1, R x2, R x3, R x4)
        where R : struct, IReal<R> => R.MultiplyAdd(x0 - (R)_mean, _rstd, _rest) * x1;
}

/// <summary>(x − mean) · rstd + bias</summary>
internal readonly struct NormalizeBiasStep(LaneMean mean, double rstd) : ILaneStep<NormalizeBiasStep>
{
    private readonly double _mean = mean.Value;
    private readonly double _rstd = rstd;
    private readonly double _rest = -mean.Rest * rstd;

    public static int Inputs => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Step<R>(R x0, R x1, R x2, R x3, R x4)
        where R : struct, IReal<R> => R.MultiplyAdd(x0 - (R)_mean, _rstd, _rest) + x1;
}

/// <summary>(x − mean) · rstd · weight + bias</summary>
internal readonly struct NormalizeAffineStep(LaneMean mean, double rstd) : ILaneStep<NormalizeAffineStep>
{
    private readonly double _mean = mean.Value;
    private readonly double _rstd = rstd;
    private readonly double _rest = -mean.Rest * rstd;

    public static int Inputs => 3;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Step<R>(R x0, R x1, R x2, R x3, R x4)
        where R : struct, IReal<R> => R.MultiplyAdd(R.MultiplyAdd(x0 - (R)_mean, _rstd, _rest), x1, x2);
}

/// <summary>The input's gradient from g and x: g · scale + (x − mean) · slope + offset.</summary>
internal readonly struct NormalizeGradientStep(double scale, LaneMean mean, double slope, double offset)
    : ILaneStep<NormalizeGradientStep>
{
    private readonly double _scale = scale;
    private readonly double _mean = mean.Value;
    private readonly double _slope = slope;
    private readonly double _offset = offset - (mean.Rest * slope);

    public static int Inputs => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Step<R>(R x0, R x1, R x2, R x3, R x4)
        where R : struct, IReal<R> => R.MultiplyAdd(x0, _scale, R.MultiplyAdd(x1 - (R)_mean, _slope, _offset));
}

/// <summary>A running sum: x0 + x1 · (x2 − mean) · rstd.</summary>
internal readonly struct WeightGradientStep(LaneMean mean, double rstd) : ILaneStep<WeightGradientStep>
{
    private readonly double _mean = mean.Value;
    private readonly double _rstd = rstd;
    private readonly double _rest = -mean.Rest * rstd;

    public static int Inputs => 3;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Step<R>(R x0, R x1, R x2, R x3, R x4)
        where R : struct, IReal<R> => R.MultiplyAdd(x1, R.MultiplyAdd(x2 - (R)_mean, _rstd, _rest), x0);
}
