using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>Inverse of the logistic function: y = ln(x / (1 − x)); NaN outside 0 … 1 unless <paramref name="eps"/> is given.</summary>
    /// <param name="eps">Limits x to eps … 1 − eps first; elements outside get no gradient.</param>
    public Tensor Logit(double? eps = null) => Map(LogitOp.Of(eps));

    /// <summary>As <see cref="Logit(double?)"/>, written into this tensor.</summary>
    /// <param name="eps">Limits x to eps … 1 − eps first; elements outside get no gradient.</param>
    /// <returns>This tensor.</returns>
    public Tensor LogitInPlace(double? eps = null) => MapInPlace(LogitOp.Of(eps));
}

internal readonly struct LogitOp(double min, double max, double slopeOutside) : IUnaryOp<LogitOp>
{
    private readonly double _min = min;
    private readonly double _max = max;
    private readonly double _slopeOutside = slopeOutside;

    public static bool BackwardNeedsOutput => false;

    /// <summary>Without eps nothing is limited, and the slope outside is undefined as the value is.</summary>
    public static LogitOp Of(double? eps) => eps is { } limit ? new(limit, 1.0 - limit, 0.0) : new(0.0, 1.0, double.NaN);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Forward<R>(R x)
        where R : struct, IReal<R>
    {
        R z = double.IsNaN(_slopeOutside) ? x : R.Select(R.Less(x, _min), _min, R.Select(R.Less(_max, x), _max, x));
        return R.Log(z / (1.0 - z));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R Backward<R>(in LogitOp op, R x, R y, R dy)
        where R : struct, IReal<R>
    {
        Mask<R> outside = R.Less(x, op._min) | R.Less(op._max, x);
        R z = R.Select(outside, 0.5, x);
        return dy * R.Select(outside, op._slopeOutside, 1.0 / (z * (1.0 - z)));
    }

    public void Describe(OperationAttributes attributes) =>
        attributes.Add("min", _min).Add("max", _max).Add("slope_outside", _slopeOutside);
}
