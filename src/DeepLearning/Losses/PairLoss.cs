using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning.Losses;

/// <summary>Losses that compare element with element: the formula and its reduction in one pass, the gradient in another.</summary>
internal static class PairLoss
{
    public static Tensor Run<TOp>(TOp op, Tensor input, Tensor target, LossReduction reduction, string name)
        where TOp : struct, IBinaryOp<TOp>
    {
        Check(input, target, name);
        if (reduction == LossReduction.None)
        {
            return input.Map(target, op);
        }

        DType dtype = DTypes.ResultOf(input, target);
        double scale = reduction == LossReduction.Mean ? 1.0 / input.Count : 1;
        Tensor result = Tensor.Allocate([], dtype, input.Device);
        input.Backend.BinarySum(in op, input, target, scale, result);
        Recording.Of(new PairLossOperation<TOp>(op, input, target, reduction, scale, name), result, input, target);
        return LossCounts.Report(result, input.Count, reduction);
    }

    /// <summary>The type of a loss of these tensors, as of a product of all of them.</summary>
    public static DType ResultOf(Tensor input, Tensor target, Tensor? weight, Tensor? second = null)
    {
        DType result = DTypes.ResultOf(input, target);
        foreach (Tensor? factor in new ReadOnlySpan<Tensor?>([weight, second]))
        {
            bool isNumber = factor is { Rank: 0 } && input.Rank > 0;
            result = factor is null || (isNumber && factor.DType.IsFloatingPoint()) ? result : DTypes.Promote(result, factor.DType);
        }

        return result;
    }

    public static Tensor Reduce(Tensor losses, LossReduction reduction) => reduction switch
    {
        LossReduction.Mean => LossCounts.Report(losses.Sum() / (double)losses.Count, losses.Count, reduction),
        LossReduction.Sum => LossCounts.Report(losses.Sum(), losses.Count, reduction),
        LossReduction.None => losses,
        _ => throw new ArgumentOutOfRangeException(nameof(reduction), reduction, "This is none of the reductions."),
    };

    public static void Check(Tensor input, Tensor target, string name)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(target);
        Broadcasting.CheckDevices(input, target, name);
        if (input.Shape != target.Shape)
        {
            throw new ShapeException(
                $"{name}: an input {input.Shape} and a target {target.Shape} differ; a loss does not broadcast: Reshape or Expand one to "
                    + $"the other's shape.");
        }

        if (!input.DType.IsFloatingPoint())
        {
            throw new DTypeException($"{name}: the input is of a floating-point type, not {input.DType.Name()}; convert with "
                + $"To(DType.Float32).");
        }
    }

    private readonly struct PairLossOperation<TOp>(TOp op, Tensor input, Tensor target, LossReduction reduction, double scale, string name) : IOperation
        where TOp : struct, IBinaryOp<TOp>
    {
        public string Name => name;

        public void Describe(OperationAttributes attributes) => op.Describe(attributes.Add("reduction", reduction.ToString()));

        public Node CreateNode() => new PairLossNode<TOp>(op, input, target, scale, name);
    }

    private sealed class PairLossNode<TOp> : Node
        where TOp : struct, IBinaryOp<TOp>
    {
        private readonly TOp _op;
        private readonly double _scale;

        public PairLossNode(TOp op, Tensor input, Tensor target, double scale, string name)
        {
            (_op, _scale, Name) = (op, scale, name);
            Save(input, target);
        }

        public override string Name { get; }

        protected internal override void Backward(Tensor gradient, Span<Tensor?> gradients)
        {
            Tensor a = Saved(0), b = Saved(1);
            if (GradMode.Enabled)
            {
                Tensor dy = (gradient.To(gradient.DType.Compute()) * _scale).Expand(a.Shape);
                Traced x = new(a.To(a.DType.Compute())), y = new(b.To(b.DType.Compute())), traced = new(dy);
                gradients[0] = Needs(0) ? TOp.BackwardLeft(in _op, x, y, default, traced).ToTensor(dy) : null;
                gradients[1] = Needs(1) ? TOp.BackwardRight(in _op, x, y, default, traced).ToTensor(dy) : null;
                return;
            }

            Tensor? da = Needs(0) ? Tensor.Allocate(a.Shape, gradient.DType, gradient.Device) : null;
            Tensor? db = Needs(1) ? Tensor.Allocate(a.Shape, gradient.DType, gradient.Device) : null;
            gradient.Backend.BinarySumBackward(in _op, a, b, _scale, gradient, da, db);
            gradients[0] = da;
            gradients[1] = db;
        }
    }
}

/// <summary>A loss a times its weight b; a weight of 0 leaves out an infinite loss, too.</summary>
internal readonly struct WeighedOp : IBinaryOp<WeighedOp>
{
    public static bool BackwardNeedsOutput => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Forward<R>(R a, R b)
        where R : struct, IReal<R> => Formulas.Weighed(b, a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R BackwardLeft<R>(in WeighedOp op, R a, R b, R y, R dy)
        where R : struct, IReal<R> => dy * b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R BackwardRight<R>(in WeighedOp op, R a, R b, R y, R dy)
        where R : struct, IReal<R> => dy * a;
}
