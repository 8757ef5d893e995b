namespace DeepLearning;

/// <summary>How a view picks elements of its source: the same rule serves the source and a gradient of the source's shape.</summary>
internal interface IViewRule
{
    /// <summary>True for a rule that counts in row-major positions, and so needs a source in that order.</summary>
    static virtual bool NeedsRowMajor => false;

    /// <summary>The name of the operation that picks by this rule.</summary>
    static abstract string Name { get; }

    /// <summary>Says what it picks.</summary>
    void Describe(OperationAttributes attributes);

    /// <summary>The view's layout over a source of this layout. No element may be picked twice.</summary>
    Layout Apply(Layout source);
}

/// <summary>Views by rules, and their transposes.</summary>
internal static class Views
{
    /// <summary>A view by a rule; its gradient is zero wherever the rule picks nothing.</summary>
    public static Tensor ViewBy<TRule>(this Tensor x, TRule rule)
        where TRule : struct, IViewRule
    {
        if (TRule.NeedsRowMajor && !x.IsContiguous)
        {
            return x.Contiguous().ViewBy(rule);
        }

        Tensor view = x.MakeView(rule.Apply(x.Layout));
        return Recording.Of(new ViewOperation<TRule>(rule, x.Layout.Lengths), view, x);
    }

    /// <summary>Copies into a part of this tensor, without a record. The short-lived view leaves no trace in the storage's count.</summary>
    public static void CopyPart(this Tensor x, Tensor source, Layout part)
    {
        Tensor view = x.ViewAs(part);
        x.Backend.Copy(source, view);
        view.Return();
    }

    /// <summary>The transpose of <see cref="ViewBy"/>: a part placed into zeros.</summary>
    public static Tensor Embed<TRule>(TRule rule, int[] shape, Tensor part)
        where TRule : struct, IViewRule
    {
        Tensor full = Tensor.Zeros(shape, part.DType, part.Device);
        full.CopyPart(part, rule.Apply(full.Layout));
        return Recording.Of(new EmbedOperation<TRule>(rule, shape), full, part);
    }

    /// <summary>An axis of this tensor as 0 … rank − 1; a zero-dimensional tensor has none.</summary>
    public static int AxisOf(this Tensor x, int axis, string operation) => x.Rank > 0
        ? Shape.Axis(axis, x.Rank, operation)
        : throw new ShapeException($"{operation}: a zero-dimensional tensor has no axis {axis}; add one with Unsqueeze(0).");

    /// <summary>A stretch that is known to fit.</summary>
    public static Tensor NarrowAxis(this Tensor x, int axis, int start, int length, int step = 1) =>
        x.ViewBy(new NarrowRule(axis, start, length, step));
}

file readonly struct ViewOperation<TRule>(TRule rule, int[] shape) : IOperation
    where TRule : struct, IViewRule
{
    public string Name => TRule.Name;

    public void Describe(OperationAttributes attributes) => rule.Describe(attributes);

    public Node CreateNode() => new ViewNode<TRule>(rule, shape);

    public Replay CreateReplay()
    {
        TRule taken = rule;
        return (inputs, outputs) => outputs[0] = inputs[0]!.ViewBy(taken);
    }
}

file sealed class ViewNode<TRule>(TRule rule, int[] shape) : PartNode
    where TRule : struct, IViewRule
{
    public override string Name => TRule.Name;

    public override Tensor Take(Tensor whole) => whole.ViewBy(rule);

    public override void AddTo(Tensor whole, Tensor part)
    {
        Tensor place = whole.ViewAs(rule.Apply(whole.Layout));
        place.AddInPlace(part);
        place.Return();
    }

    protected internal override void Backward(Tensor gradient, Span<Tensor?> gradients) =>
        gradients[0] = Views.Embed(rule, shape, gradient);
}

file readonly struct EmbedOperation<TRule>(TRule rule, int[] shape) : IDerivative
    where TRule : struct, IViewRule
{
    public string Name => TRule.Name + "Backward";

    public void Describe(OperationAttributes attributes) => rule.Describe(attributes.Add("shape", shape));

    public Node CreateNode() => new OperationNode<EmbedOperation<TRule>>(this);

    public void Backward(Node node, Tensor gradient, Span<Tensor?> gradients) => gradients[0] = gradient.ViewBy(rule);

    public Replay CreateReplay()
    {
        (TRule placed, int[] lengths) = (rule, shape);
        return (inputs, outputs) => outputs[0] = Views.Embed(placed, lengths, inputs[0]!);
    }
}
