namespace DeepLearning;

/// <summary>How a view picks elements of its source: the same rule serves the source and a gradient of the source's shape.</summary>
internal interface IViewRule
{
    /// <summary>True for a rule that counts in row-major positions, and so needs a source in that order.</summary>
    static virtual bool NeedsRowMajor => false;

    /// <summary>The view's layout over a source of this layout. No element may be picked twice.</summary>
    Layout Apply(Layout source);
}

public partial class Tensor
{
    /// <summary>A view by a rule; its gradient is zero wherever the rule picks nothing.</summary>
    internal Tensor ViewBy<TRule>(TRule rule)
        where TRule : struct, IViewRule
    {
        if (TRule.NeedsRowMajor && !IsContiguous)
        {
            return Contiguous().ViewBy(rule);
        }

        Tensor view = MakeView(rule.Apply(Layout));
        return GradMode.Records(this) ? new ViewNode<TRule>(rule, Layout.Lengths).Attach(view, this) : view;
    }

    /// <summary>Copies into a part of this tensor, without a record. The short-lived view leaves no trace in the storage's count.</summary>
    internal void CopyPart(Tensor source, Layout part)
    {
        Tensor view = ViewAs(part);
        Backend.Copy(source, view);
        view.Return();
    }

    /// <summary>The transpose of <see cref="ViewBy"/>: a part placed into zeros.</summary>
    internal static Tensor Embed<TRule>(TRule rule, int[] shape, Tensor part)
        where TRule : struct, IViewRule
    {
        Tensor full = Zeros(shape, part.DType, part.Device);
        full.CopyPart(part, rule.Apply(full.Layout));
        return GradMode.Records(part) ? new EmbedNode<TRule>(rule).Attach(full, part) : full;
    }

    /// <summary>An axis of this tensor as 0 … rank − 1; a zero-dimensional tensor has none.</summary>
    private int AxisOf(int axis, string operation) => Rank > 0
        ? Shape.Axis(axis, Rank, operation)
        : throw new ShapeException($"{operation}: a zero-dimensional tensor has no axis {axis}; add one with Unsqueeze(0).");

    private static string NameOf<TRule>() =>
        typeof(TRule).Name is var name && name.EndsWith("Rule", StringComparison.Ordinal) ? name[..^4] : name;

    private sealed class ViewNode<TRule>(TRule rule, int[] shape) : Node
        where TRule : struct, IViewRule
    {
        public override string Name => NameOf<TRule>();

        protected internal override void Backward(Tensor gradient, Span<Tensor?> gradients) =>
            gradients[0] = Embed(rule, shape, gradient);
    }

    private sealed class EmbedNode<TRule>(TRule rule) : Node
        where TRule : struct, IViewRule
    {
        public override string Name => NameOf<TRule>() + "Backward";

        protected internal override void Backward(Tensor gradient, Span<Tensor?> gradients) => gradients[0] = gradient.ViewBy(rule);
    }
}
