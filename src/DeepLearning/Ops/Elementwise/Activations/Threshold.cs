using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>Replaces what is not above a threshold: y = x where x &gt; threshold, else value. Defined for integers.</summary>
    /// <param name="threshold">The threshold.</param>
    /// <param name="value">What stands for the rest.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="threshold"/> is NaN.</exception>
    /// <exception cref="DTypeException">The tensor is of an integer type that does not hold the value.</exception>
    public Tensor Threshold(double threshold, double value) =>
        ReplacesNone(ref threshold, value) ? Clone() : Map(new ThresholdOp(OptionChecks.NotNaN(threshold, nameof(Threshold)), value));

    /// <summary>As <see cref="Threshold(double, double)"/>, written into this tensor.</summary>
    /// <param name="threshold">The threshold.</param>
    /// <param name="value">What stands for the rest.</param>
    /// <returns>This tensor.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="threshold"/> is NaN.</exception>
    /// <exception cref="DTypeException">The tensor is of an integer type that does not hold the value.</exception>
    public Tensor ThresholdInPlace(double threshold, double value) =>
        ReplacesNone(ref threshold, value) ? this : MapInPlace(new ThresholdOp(OptionChecks.NotNaN(threshold, nameof(Threshold)), value));

    /// <summary>A threshold as integers see it: rounded down, and within their type; true where all of them are above.</summary>
    private bool ReplacesNone(ref double threshold, double value)
    {
        if (!DType.IsInteger())
        {
            return false;
        }

        DType.CheckHolds(value, nameof(Threshold));
        OptionChecks.NotNaN(threshold, nameof(Threshold));
        (long least, long most) = DTypes.Range(DType);
        threshold = Math.Min(Math.Floor(threshold), most);
        return threshold < least;
    }
}

internal readonly struct ThresholdOp(double threshold, double value) : IUnaryOp<ThresholdOp>
{
    private readonly double _threshold = threshold;
    private readonly double _value = value;

    public static Domain Domain => Domain.AnyNumber;

    public static bool BackwardNeedsOutput => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Forward<R>(R x)
        where R : struct, IReal<R> => R.Select(R.LessOrEqual(x, _threshold), _value, x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R Backward<R>(in ThresholdOp op, R x, R y, R dy)
        where R : struct, IReal<R> => R.Select(R.LessOrEqual(x, op._threshold), 0.0, dy);

    public void Describe(OperationAttributes attributes) => attributes.Add("threshold", _threshold).Add("value", _value);
}
