using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning.Losses;

/// <summary>Losses that compare element with element: the formula and its reduction in one pass, the gradient in another.</summary>
internal static class PairLoss
{
    public static Tensor Run<TOp>(TOp op, Tensor input, Tensor target, LossReduction reduction, string name)
        where TOp : struct, IBinaryOp<TOp>
    {
        if (Autocast.Enabled)
        {
            using Autocast.Operation cast = Autocast.Enter("Loss");
            return RunOn(op, cast.Of(input), cast.Of(target), reduction, name);
        }

        return RunOn(op, input, target, reduction, name);
    }

    private static Tensor RunOn<TOp>(TOp op, Tensor input, Tensor target, LossReduction reduction, string name)
        where TOp : struct, IBinaryOp<TOp>
    {
        Check(input, target, name);
        LossOperands.CheckReduction(name, reduction, input);
        if (reduction == LossReduction.None)
        {
            return input.Map(target, op);
        }

        double scale = reduction == LossReduction.Mean ? 1.0 / input.Count : 1;
        Tensor result = Fused.Run(new PairLossOp<TOp>(op, reduction, scale, name), [input, target]);
        return LossCounts.Report(result, input.Count, reduction);
    }

    /// <summary>The sum divided by the length of the first axis, which is what it counted; 0 where that is 0, as PyTorch has it.</summary>
    public static Tensor RunPerSample<TOp>(TOp op, Tensor input, Tensor target, string name)
        where TOp : struct, IBinaryOp<TOp>
    {
        using Autocast.Operation cast = Autocast.Enter("Loss");
        (input, target) = (cast.Of(input), cast.Of(target));
        Check(input, target, name);
        if (input.Rank == 0)
        {
            throw new ShapeException($"{name}: BatchMean divides by the length of the first axis, and the input is a number without one.");
        }

        LossOperands.CheckNotEmpty(name, input);
        int samples = input.Size(0);
        PairLossOp<TOp> sum = new(op, LossReduction.BatchMean, 1.0 / samples, name);
        return LossCounts.Report(Fused.Run(sum, [input, target]), samples, LossReduction.Mean);
    }

    /// <summary>With a weight for each element. The mean divides by their sum where a loss has it so, else by their number.</summary>
    public static Tensor RunWeighted<TOp>(
        TOp op, Tensor input, Tensor target, Tensor weight, LossReduction reduction, bool dividesByWeights, string name)
        where TOp : struct, IBinaryOp<TOp>
    {
        using Autocast.Operation cast = Autocast.Enter("Loss");
        (input, target, weight) = (cast.Of(input), cast.Of(target), cast.Of(weight));
        Check(input, target, name);
        LossOperands.CheckReduction(name, reduction, input);
        if (weight.Shape != input.Shape)
        {
            throw new ShapeException($"{name}: a weight {weight.Shape} does not fit an input {input.Shape}; it has the same shape.");
        }

        DType result = ResultOf(input, target, weight), compute = result.Compute();
        Tensor weights = weight.To(compute), losses = input.To(compute).Map(target.To(compute), op).Map(weights, default(WeighedOp));
        if (!dividesByWeights || reduction == LossReduction.None)
        {
            return LossOperands.Reduce(losses, reduction, result);
        }

        Tensor total = weights.Sum(), reduced = reduction == LossReduction.Mean ? losses.Sum() / total : losses.Sum();
        return LossCounts.Convert(LossCounts.Report(reduced, total, reduction), result);
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
                    + "the other's shape.");
        }

        if (!input.DType.IsFloatingPoint())
        {
            throw new DTypeException($"{name}: the input is of a floating-point type, not {input.DType.Name()}; convert with "
                + "To(DType.Float32).");
        }
    }
}

/// <summary>scale · Σ op(a, b); inputs: a, b.</summary>
file readonly record struct PairLossOp<TOp>(TOp Op, LossReduction Reduction, double Scale, string Name) : IFusedOp
    where TOp : struct, IBinaryOp<TOp>
{
    public void Describe(OperationAttributes attributes) => Op.Describe(attributes.Add("reduction", Reduction.ToString()));

    public Tensor Compose(ReadOnlySpan<Tensor?> inputs)
    {
        Tensor a = inputs[0]!, b = inputs[1]!;
        DType result = DTypes.ResultOf(a, b), compute = result.Compute();
        return (a.To(compute).Map(b.To(compute), Op).Sum() * Scale).To(result);
    }

    public Tensor? TryForward(ReadOnlySpan<Tensor?> inputs, ref KeptTensors kept)
    {
        Tensor a = inputs[0]!, b = inputs[1]!, y = Tensor.Allocate([], DTypes.ResultOf(a, b), a.Device);
        return a.Backend.TryBinarySum(Op, a, b, Scale, y) ? y : null;
    }

    public bool TryBackward(FusedNode node, Tensor gradient, Span<Tensor?> gradients)
    {
        Tensor a = node.Input(0), b = node.Input(1);
        Tensor? da = node.Wants(0) ? Tensor.Allocate(a.Shape, gradient.DType, gradient.Device) : null;
        Tensor? db = node.Wants(1) ? Tensor.Allocate(a.Shape, gradient.DType, gradient.Device) : null;
        if (!gradient.Backend.TryBinarySumBackward(Op, a, b, Scale, gradient, da, db))
        {
            return false;
        }

        gradients[0] = da;
        gradients[1] = db;
        return true;
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
