namespace DeepLearning;

/// <summary>How <see cref="Tensor.ScatterReduce"/> joins the values of one place.</summary>
public enum ScatterReduction
{
    /// <summary>Their sum.</summary>
    Sum,

    /// <summary>Their product.</summary>
    Prod,

    /// <summary>Their mean (integers round down).</summary>
    Mean,

    /// <summary>The greatest.</summary>
    Amax,

    /// <summary>The least.</summary>
    Amin,
}

public partial class Tensor
{
    /// <summary>
    /// A copy in which the values of each place along an axis are joined: for axis 1 of three,
    /// y[i, index[i, j, k], k] = reduce over all such values[i, j, k]. Places that no index names keep their element.
    /// </summary>
    /// <param name="axis">The axis; negative counts from the end.</param>
    /// <param name="index">Positions, int64 or int32, of this tensor's rank.</param>
    /// <param name="values">The values, at least of the index's shape, of this tensor's type.</param>
    /// <param name="reduction">How values are joined.</param>
    /// <param name="includeSelf">Whether this tensor's own element takes part.</param>
    /// <remarks>A gradient of the greatest or least is shared evenly among equal ones.</remarks>
    /// <inheritdoc cref="Scatter(int, Tensor, Tensor)" path="/exception"/>
    public Tensor ScatterReduce(int axis, Tensor index, Tensor values, ScatterReduction reduction, bool includeSelf = true)
    {
        ArgumentNullException.ThrowIfNull(values);
        axis = Shape.Axis(axis, Rank, "ScatterReduce");
        Tensor places = this.AxisIndex(axis, index, "ScatterReduce");
        Tensor used = this.UsedValues(places, values, "ScatterReduce");
        if (DType.Compute() is var compute && compute != DType)
        {
            return To(compute).ScatterReduce(axis, places, used.To(compute), reduction, includeSelf).To(DType);
        }

        Tensor result, start;
        using (GradMode.NoGrad())
        {
            start = includeSelf ? this : this.ScatterNumber(axis, places, Neutral(reduction, DType));
            result = start.ScatterChecked(axis, places, used, ModeOf(reduction), "ScatterReduce", false);
            if (reduction == ScatterReduction.Mean)
            {
                Tensor counts = CountsOf(axis, places, includeSelf, DType);
                result = DType.IsFloatingPoint()
                    ? result / counts
                    : (result.To(DType.Float64) / counts.To(DType.Float64)).Floor().To(DType);
            }
        }

        return Recording.Of(new ScatterReduceOperation(axis, reduction, includeSelf, places, this, used, result), result, this, used);
    }

    /// <summary>How many values each place gets, at least 1.</summary>
    internal Tensor CountsOf(int axis, Tensor places, bool includeSelf, DType dtype)
    {
        Tensor counts = Ones(Shape, dtype, Device);
        counts = includeSelf ? counts : counts.ScatterNumber(axis, places, 0);
        Tensor ones = FromScalar(1, dtype, Device).Expand(places.Shape);
        return counts.ScatterChecked(axis, places, ones, ScatterMode.Add, "ScatterReduce", false);
    }

    private static ScatterMode ModeOf(ScatterReduction reduction) => reduction switch
    {
        ScatterReduction.Prod => ScatterMode.Multiply,
        ScatterReduction.Amax => ScatterMode.Max,
        ScatterReduction.Amin => ScatterMode.Min,
        ScatterReduction.Sum or ScatterReduction.Mean => ScatterMode.Add,
        _ => throw new ArgumentOutOfRangeException(nameof(reduction), reduction, "ScatterReduce: this is none of the reductions."),
    };

    private static Scalar Neutral(ScatterReduction reduction, DType dtype) => (reduction, dtype) switch
    {
        (ScatterReduction.Prod, _) => 1,
        (ScatterReduction.Amax, DType.Int64) => long.MinValue,
        (ScatterReduction.Amax, DType.Int32) => int.MinValue,
        (ScatterReduction.Amin, DType.Int64) => long.MaxValue,
        (ScatterReduction.Amin, DType.Int32) => int.MaxValue,
        (ScatterReduction.Amin, DType.UInt8) => byte.MaxValue,
        (ScatterReduction.Amin, DType.Bool) => true,
        (ScatterReduction.Amax, DType.UInt8 or DType.Bool) => 0,
        (ScatterReduction.Amax, DType.Float32 or DType.Float64) => double.NegativeInfinity,
        (ScatterReduction.Amin, DType.Float32 or DType.Float64) => double.PositiveInfinity,
        (ScatterReduction.Sum or ScatterReduction.Mean, _) => 0,
        _ => throw DTypes.Unsupported(dtype, "ScatterReduce"),
    };
}

file readonly struct ScatterReduceOperation(
    int axis, ScatterReduction reduction, bool includeSelf, Tensor places, Tensor self, Tensor values, Tensor result) : IOperation
{
    public string Name => "ScatterReduce";

    public void Describe(OperationAttributes attributes) =>
        attributes.Add("axis", axis).Add("reduction", reduction.ToString()).Add("include_self", includeSelf).Operand(places);

    public Node CreateNode() => new ScatterReduceNode(axis, reduction, includeSelf, places, self, values, result);
}

file sealed class ScatterReduceNode : Node
{
    private readonly int _axis;
    private readonly ScatterReduction _reduction;
    private readonly bool _includeSelf;

    public ScatterReduceNode(
        int axis, ScatterReduction reduction, bool includeSelf, Tensor index, Tensor self, Tensor values, Tensor result)
    {
        _axis = axis;
        _reduction = reduction;
        _includeSelf = includeSelf;
        bool linear = reduction is ScatterReduction.Sum or ScatterReduction.Mean;
        Save([index, linear ? null : self, linear ? null : values, linear || reduction == ScatterReduction.Prod ? null : result]);
    }

    public override string Name => "ScatterReduce";

    protected internal override void Backward(Tensor gradient, Span<Tensor?> gradients)
    {
        Tensor index = Saved(0);
        (Tensor own, Tensor others) = _reduction switch
        {
            ScatterReduction.Sum => (gradient, gradient.GatherChecked(_axis, index)),
            ScatterReduction.Mean => Mean(gradient, index),
            ScatterReduction.Prod => Product(gradient, index),
            _ => Extreme(gradient, index),
        };
        gradients[0] = !Needs(0) ? null : _includeSelf ? own : own.ScatterNumber(_axis, index, 0.0);
        gradients[1] = Needs(1) ? others : null;
    }

    private (Tensor Own, Tensor Others) Mean(Tensor gradient, Tensor index)
    {
        Tensor shared = gradient / gradient.CountsOf(_axis, index, _includeSelf, gradient.DType);
        return (shared, shared.GatherChecked(_axis, index));
    }

    private (Tensor Own, Tensor Others) Product(Tensor gradient, Tensor index)
    {
        DType compute = gradient.DType.Compute();
        (Tensor own, Tensor others) = ScatterProducts.ProductsOfOthers(
                _axis, index, Saved(1).To(compute), Saved(2).To(compute), _includeSelf);
        return ((gradient * own).To(gradient.DType), (gradient.GatherChecked(_axis, index) * others).To(gradient.DType));
    }

    private (Tensor Own, Tensor Others) Extreme(Tensor gradient, Tensor index)
    {
        Tensor result = Saved(3).Detach();
        Tensor self = Saved(1).EqualTo(result).To(gradient.DType);
        self = _includeSelf ? self : self.ScatterNumber(_axis, index, 0.0);
        Tensor chosen = Saved(2).EqualTo(result.GatherChecked(_axis, index)).To(gradient.DType);
        Tensor ties = self.ScatterAdd(_axis, index, chosen);
        Tensor shared = gradient / Tensor.Where(ties.EqualTo(0), Tensor.FromScalar(1.0, gradient.DType, gradient.Device), ties);
        // A place that no value reached keeps its own element, and with it the gradient.
        return (_includeSelf ? self * shared : shared, chosen * shared.GatherChecked(_axis, index));
    }
}
