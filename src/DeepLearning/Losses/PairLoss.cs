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
        result = GradMode.Records(input, target)
            ? new PairLossNode<TOp>(op, input, target, scale, name).Attach(result, input, target)
            : result;
        return LossCounts.Report(result, input.Count, reduction);
    }

    public static Tensor Reduce(Tensor losses, LossReduction reduction) => reduction switch
    {
        LossReduction.Mean => LossCounts.Report(losses.Sum() / (double)losses.Count, losses.Count, reduction),
        LossReduction.Sum => LossCounts.Report(losses.Sum(), losses.Count, reduction),
        _ => losses,
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
                Tensor dy = (gradient * _scale).Expand(a.Shape);
                Traced x = new(a), y = new(b), traced = new(dy);
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
