using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning.Backends.Cpu;

/// <summary>x</summary>
internal readonly struct ValueStep : ILaneStep<ValueStep>
{
    public static int Inputs => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Step<R>(R x0, R x1, R x2, R x3, R x4)
        where R : struct, IReal<R> => x0;
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
internal readonly struct NormalizeStep(double mean, double scale, double shift) : ILaneStep<NormalizeStep>
{
    private readonly double _mean = mean;
    private readonly double _scale = scale;
    private readonly double _shift = shift;

    public static int Inputs => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Step<R>(R x0, R x1, R x2, R x3, R x4)
        where R : struct, IReal<R> => R.MultiplyAdd(x0 - (R)_mean, _scale, _shift);
}

/// <summary>(x − mean) · rstd · weight</summary>
internal readonly struct NormalizeWeightStep(double mean, double rstd) : ILaneStep<NormalizeWeightStep>
{
    private readonly double _mean = mean;
    private readonly double _rstd = rstd;

    public static int Inputs => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Step<R>(R x0, R x1, R x2, R x3, R x4)
        where R : struct, IReal<R> => (x0 - (R)_mean) * (R)_rstd * x1;
}

/// <summary>(x − mean) · rstd · weight + bias</summary>
internal readonly struct NormalizeAffineStep(double mean, double rstd) : ILaneStep<NormalizeAffineStep>
{
    private readonly double _mean = mean;
    private readonly double _rstd = rstd;

    public static int Inputs => 3;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Step<R>(R x0, R x1, R x2, R x3, R x4)
        where R : struct, IReal<R> => R.MultiplyAdd((x0 - (R)_mean) * (R)_rstd, x1, x2);
}

/// <summary>The input's gradient from g and x: g · scale + (x − mean) · slope + offset.</summary>
internal readonly struct NormalizeGradientStep(double scale, double mean, double slope, double offset) : ILaneStep<NormalizeGradientStep>
{
    private readonly double _scale = scale;
    private readonly double _mean = mean;
    private readonly double _slope = slope;
    private readonly double _offset = offset;

    public static int Inputs => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Step<R>(R x0, R x1, R x2, R x3, R x4)
        where R : struct, IReal<R> => R.MultiplyAdd(x0, _scale, R.MultiplyAdd(x1 - (R)_mean, _slope, _offset));
}

/// <summary>A running sum: x0 + x1 · (x2 − mean) · rstd.</summary>
internal readonly struct WeightGradientStep(double mean, double rstd) : ILaneStep<WeightGradientStep>
{
    private readonly double _mean = mean;
    private readonly double _rstd = rstd;

    public static int Inputs => 3;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Step<R>(R x0, R x1, R x2, R x3, R x4)
        where R : struct, IReal<R> => R.MultiplyAdd(x1, (x2 - (R)_mean) * (R)_rstd, x0);
}
