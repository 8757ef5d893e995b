using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning.Losses;

/// <summary>What losses of several tensors ask of them, and how their terms become the result.</summary>
internal static class LossOperands
{
    /// <summary>Refuses an input that is not of a floating-point type, and another tensor of another shape or on another device.</summary>
    public static void CheckEqual(string name, Tensor first, string firstRole, Tensor other, string otherRole)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(other);
        Broadcasting.CheckDevices(first, other, name);
        if (first.Shape != other.Shape)
        {
            throw new ShapeException(
                $"{name}: the {firstRole} {first.Shape} and the {otherRole} {other.Shape} differ; a loss does not broadcast: Reshape or "
                    + "Expand one to the other's shape.");
        }

        CheckFloating(name, first, firstRole);
    }

    /// <summary>Refuses a tensor that is not of a floating-point type.</summary>
    public static void CheckFloating(string name, Tensor tensor, string role)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        if (!tensor.DType.IsFloatingPoint())
        {
            throw new DTypeException($"{name}: the {role} is of a floating-point type, not {tensor.DType.Name()}; convert with "
                + "To(DType.Float32).");
        }
    }

    /// <summary>Refuses a target that is not of an integer type.</summary>
    public static void CheckInteger(string name, Tensor target, string role)
    {
        ArgumentNullException.ThrowIfNull(target);
        if (!target.DType.IsInteger())
        {
            throw new DTypeException($"{name}: the {role} is of an integer type, not {target.DType.Name()}; convert with "
                + "To(DType.Int64).");
        }
    }

    /// <summary>Refuses targets other than 1 and −1.</summary>
    public static void CheckSigns(string name, Tensor target)
    {
        Tensor signs = target.Detach();
        Backend.Refuse(
            signs.EqualTo(1).LogicalOr(signs.EqualTo(-1)).LogicalNot(), () => new ArgumentOutOfRangeException(
                nameof(target), $"{name}: a target is neither 1 nor -1; make those of 0 and 1 with 2 * target - 1."));
    }

    /// <summary>Refuses targets of 0, which is neither class and leaves a loss of y · x without a gradient.</summary>
    public static void CheckSigned(string name, Tensor target)
    {
        Backend.Refuse(
            target.Detach().EqualTo(0), () => new ArgumentOutOfRangeException(
                nameof(target), $"{name}: a target is 0, not 1 or -1; make those of 0 and 1 with 2 * target - 1."));
    }

    /// <summary>Refuses a reduction that a loss does not have.</summary>
    public static void CheckReduction(string name, LossReduction reduction)
    {
        if (reduction is not (LossReduction.Mean or LossReduction.Sum or LossReduction.None))
        {
            throw new ArgumentOutOfRangeException(
                nameof(reduction), reduction, $"{name}: the reduction is Mean, Sum or None; only KLDiv has BatchMean.");
        }
    }

    /// <summary>Refuses a reduction that a loss does not have, and the mean of an input without elements.</summary>
    public static void CheckReduction(string name, LossReduction reduction, Tensor input)
    {
        CheckReduction(name, reduction);
        if (reduction == LossReduction.Mean)
        {
            CheckNotEmpty(name, input);
        }
    }

    /// <summary>Refuses the mean of an input without elements.</summary>
    public static void CheckNotEmpty(string name, Tensor input)
    {
        if (input.Count == 0)
        {
            throw new ShapeException(
                $"{name}: an input {input.Shape} has no elements, and their mean is no number; leave an empty batch out, or take the Sum.");
        }
    }

    /// <summary>The type of a loss of these tensors, as of a sum of all of them.</summary>
    public static DType ResultOf(params ReadOnlySpan<Tensor> tensors)
    {
        DType result = tensors[0].DType;
        foreach (Tensor tensor in tensors[1..])
        {
            bool isNumber = tensor.Rank == 0 && tensors[0].Rank > 0 && tensor.DType.IsFloatingPoint();
            result = isNumber ? result : DTypes.Promote(result, tensor.DType);
        }

        return result;
    }

    /// <summary>The terms, reduced and in the type of the result.</summary>
    public static Tensor Reduce(Tensor losses, LossReduction reduction, DType result) =>
        LossCounts.Convert(PairLoss.Reduce(losses, reduction), result);

    /// <summary>
    /// The terms and their weights as the result: the mean divides by the sum of the weights, which is also what the loss counted.
    /// </summary>
    public static Tensor ReduceWeighted(Tensor losses, Tensor weights, LossReduction reduction, DType result)
    {
        if (reduction == LossReduction.None)
        {
            return losses.To(result);
        }

        Tensor total = weights.Detach().Sum();
        Tensor reduced = reduction == LossReduction.Mean ? losses.Sum() / total : losses.Sum();
        return LossCounts.Convert(LossCounts.Report(reduced, total, reduction), result);
    }
}

/// <summary>The margin by which b · a falls short: max(0, margin − b · a); at the margin itself its slope is that outside.</summary>
internal readonly struct MarginOp(double margin) : IBinaryOp<MarginOp>
{
    private readonly double _margin = margin;

    public static bool BackwardNeedsOutput => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Forward<R>(R a, R b)
        where R : struct, IReal<R> => Formulas.AtLeast(_margin - (b * a), 0.0);

    public void Describe(OperationAttributes attributes) => attributes.Add("margin", _margin);
}
