using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning;

/// <summary>What a quantile is between two elements.</summary>
public enum QuantileInterpolation
{
    /// <summary>a + (b − a) · fraction.</summary>
    Linear,

    /// <summary>The lower element.</summary>
    Lower,

    /// <summary>The higher element.</summary>
    Higher,

    /// <summary>The nearer element; the even position of two equally near.</summary>
    Nearest,

    /// <summary>(a + b) / 2.</summary>
    Midpoint,
}

public partial class Tensor
{
    /// <summary>The q-quantile of all elements, or along an axis; NaN if any is.</summary>
    /// <param name="q">The share of elements below, 0 to 1.</param>
    /// <param name="axis">The axis, negative from the end; null takes all elements as one row.</param>
    /// <param name="keepDim">Keep the axis (or all of them) with length 1.</param>
    /// <param name="interpolation">What to give between two elements.</param>
    /// <exception cref="ArgumentOutOfRangeException">q is not in 0 to 1.</exception>
    /// <exception cref="DTypeException">The tensor is not of type float32 or float64.</exception>
    /// <exception cref="ShapeException">The axis is out of range or has no elements.</exception>
    public Tensor Quantile(double q, int? axis = null, bool keepDim = false,
        QuantileInterpolation interpolation = QuantileInterpolation.Linear)
    {
        if (Autocast.Enabled)
        {
            using Autocast.Operation cast = Autocast.Enter("Quantile");
            return cast.Of(this).Quantile(q, axis, keepDim, interpolation);
        }

        Tensor rows = QuantileRows(axis, out int[] kept, out int[] result);
        return QuantileOfSorted(rows, q, interpolation).Reshape(keepDim ? kept : result);
    }

    /// <summary>Several quantiles, as a new first axis.</summary>
    /// <param name="q">The shares of elements below, 0 to 1, a vector.</param>
    /// <param name="axis">The axis, negative from the end; null takes all elements as one row.</param>
    /// <param name="keepDim">Keep the axis (or all of them) with length 1.</param>
    /// <param name="interpolation">What to give between two elements.</param>
    /// <inheritdoc cref="Quantile(double, int?, bool, QuantileInterpolation)" path="/exception"/>
    public Tensor Quantile(Tensor q, int? axis = null, bool keepDim = false,
        QuantileInterpolation interpolation = QuantileInterpolation.Linear)
    {
        if (Autocast.Enabled)
        {
            using Autocast.Operation cast = Autocast.Enter("Quantile");
            return cast.Of(this).Quantile(q, axis, keepDim, interpolation);
        }

        ArgumentNullException.ThrowIfNull(q);
        Tensor rows = QuantileRows(axis, out int[] kept, out int[] result);
        Tensor[] quantiles = Array.ConvertAll(
            q.ToArray<double>(), share => QuantileOfSorted(rows, share, interpolation).Reshape(keepDim ? kept : result));
        return q.Rank == 0 ? quantiles[0] : Stack(quantiles);
    }

    /// <summary>Sorted rows, and the shapes of a result with and without the axis.</summary>
    private Tensor QuantileRows(int? axis, out int[] kept, out int[] result)
    {
        if (DType is not (DType.Float32 or DType.Float64))
        {
            throw new DTypeException($"Quantile: defined for float32 and float64 tensors, not {DType.Name()}; convert with "
                + "To(DType.Float32).");
        }

        kept = Shape.ToArray();
        if (axis is null || Rank == 0)
        {
            Array.Fill(kept, 1);
            result = [];
            Tensor flat = Reshape(-1);
            AxisRows.NotEmpty(flat, 0, "Quantile");
            return flat.Sort(0).Values;
        }

        int along = AxisRows.NotEmpty(this, axis.Value, "Quantile");
        kept[along] = 1;
        result = [.. kept[..along], .. kept[(along + 1)..]];
        return MoveAxis(along, -1).Sort(-1).Values;
    }

    private static Tensor QuantileOfSorted(Tensor rows, double q, QuantileInterpolation interpolation)
    {
        if (!(q is >= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(q), q, "Quantile: q is a share of the elements, 0 to 1.");
        }

        int last = rows.Size(-1) - 1;
        double position = q * last;
        if (rows.DType == DType.Float32)
        {
            position = (float)q * last;
        }

        int low = (int)Math.Floor(position), high = (int)Math.Ceiling(position);
        Tensor Element(int index) => rows.Narrow(-1, index, 1);
        Tensor value = interpolation switch
        {
            QuantileInterpolation.Lower => Element(low),
            QuantileInterpolation.Higher => Element(high),
            QuantileInterpolation.Nearest => Element((int)Math.Round(position, MidpointRounding.ToEven)),
            QuantileInterpolation.Midpoint when low != high => Element(low).Map(Element(high), new BetweenOp(0.5)),
            QuantileInterpolation.Linear when low != high => Element(low).Map(Element(high), new BetweenOp(position - low)),
            _ => Element(low),
        };

        // NaN sorts last: a row that ends with one has no other quantile.
        Tensor end = Element(last);
        return end.Backend.DefersChecks || end.IsNaN().Any().Item<bool>() ? Where(end.IsNaN(), end, value) : value;
    }
}

/// <summary>
/// a + w (b − a) for sorted a ≤ b and 0 &lt; w &lt; 1: infinite where one of them is, NaN between opposite infinities, and finite between
/// numbers whose difference is not.
/// </summary>
internal readonly struct BetweenOp(double weight) : IBinaryOp<BetweenOp>
{
    private readonly double _weight = weight;

    public static bool BackwardNeedsInput => false;

    public static bool BackwardNeedsOutput => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Forward<R>(R a, R b)
        where R : struct, IReal<R>
    {
        R distance = b - a;
        return R.Select(
            R.Less(R.Abs(distance), double.PositiveInfinity), (distance * _weight) + a, (a * (1.0 - _weight)) + (b * _weight));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R BackwardLeft<R>(in BetweenOp op, R a, R b, R y, R dy)
        where R : struct, IReal<R> => dy * (1.0 - op._weight);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R BackwardRight<R>(in BetweenOp op, R a, R b, R y, R dy)
        where R : struct, IReal<R> => dy * op._weight;

    public void Describe(OperationAttributes attributes) => attributes.Add("weight", _weight);
}
