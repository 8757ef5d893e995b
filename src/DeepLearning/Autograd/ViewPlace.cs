namespace DeepLearning;

/// <summary>
/// Where a view's elements lie among those of its base, whatever chain of views led there, so that a gradient of the base's shape can
/// be taken apart and put together. Everything is written with tensor operations and can be differentiated in turn.
/// </summary>
internal sealed class ViewPlace
{
    private readonly int[] _whole;
    private readonly StridedRule _rule;
    private readonly Tensor? _positions;

    private ViewPlace(int[] whole, StridedRule rule, Tensor? positions)
    {
        _whole = whole;
        _rule = rule;
        _positions = positions;
    }

    /// <summary>The place of a view's layout within its base's.</summary>
    public static ViewPlace Of(Layout whole, Layout part)
    {
        StridedRule rule = new(part.Lengths, part.Strides, part.Offset - whole.Offset);
        return whole.IsContiguous && !part.HasOverlap
            ? new ViewPlace(whole.Lengths, rule, null)
            : new ViewPlace(whole.Lengths, rule, PositionsOf(whole, part));
    }

    /// <summary>The node of a write into the view, seen from its base: the old value everywhere but at the place.</summary>
    public Node WriteNode() => new OperationNode<ViewWriteOperation>(new ViewWriteOperation(this));

    /// <summary>The node of a view whose base was written to since the view was taken.</summary>
    public Node ViewNode() => new OperationNode<BaseViewOperation>(new BaseViewOperation(this));

    /// <summary>The part of a tensor of the base's shape.</summary>
    public Tensor Take(Tensor x) => _positions is { } positions
        ? x.Reshape(-1).IndexSelect(0, positions.To(x.Device)).Reshape(_rule.Lengths)
        : x.ViewBy(_rule);

    /// <summary>The transpose of <see cref="Take"/>: a part at its place among zeros, added up where the view repeats an element.</summary>
    public Tensor Put(Tensor part) => _positions is { } positions
        ? Tensor.Zeros([checked((int)Shape.CountOf(_whole))], part.DType, part.Device)
            .IndexAdd(0, positions.To(part.Device), part.Reshape(-1)).Reshape(_whole)
        : Views.Embed(_rule, _whole, part);

    /// <summary>A copy of a tensor of the base's shape with zeros at the place.</summary>
    public Tensor Without(Tensor x)
    {
        Tensor result = Clear(x.Detach().Clone());
        return Recording.Of(new WithoutOperation(this), result, x);
    }

    /// <summary>Writes zeros at the place of a contiguous tensor of the base's shape, without a record.</summary>
    public Tensor Clear(Tensor x)
    {
        if (_positions is { } positions)
        {
            Tensor flat = x.ViewAs(Layout.Contiguous([checked((int)x.Count)]));
            using (GradMode.NoGrad())
            {
                flat.IndexFillInPlace(0, positions.To(x.Device), 0.0);
            }

            return x;
        }

        Tensor part = x.ViewAs(_rule.Apply(x.Layout));
        x.Backend.Fill(part, 0.0);
        part.Return();
        return x;
    }

    /// <summary>
    /// For each element of the view, its row-major position in the base, on the host: for layouts that one rule cannot describe.
    /// </summary>
    private static Tensor PositionsOf(Layout whole, Layout part)
    {
        Tensor numbers = Tensor.EmptyStrided(whole, DType.Int64, Device.Cpu);
        Tensor rowMajor = Tensor.Arange(0, whole.Count).Reshape(whole.Lengths);
        numbers.Backend.Copy(rowMajor, numbers);
        Layout moved = new(part.Lengths, part.Strides, part.Offset - whole.Offset + numbers.Layout.Offset);
        return numbers.ViewAs(moved).Clone().Reshape(-1);
    }
}

/// <summary>Picks elements by strides, of a source whose elements lie in row-major order.</summary>
internal readonly struct StridedRule(int[] lengths, long[] strides, long offset) : IViewRule
{
    public static string Name => "Strided";

    public static bool NeedsRowMajor => true;

    public int[] Lengths => lengths;

    public void Describe(OperationAttributes attributes) =>
        attributes.Add("lengths", lengths).Add("strides", strides).Add("offset", offset);

    public Layout Apply(Layout source) => new(lengths, strides, source.Offset + offset);
}

/// <summary>A tensor with zeros at the place of a view.</summary>
file readonly struct WithoutOperation(ViewPlace place) : IDerivative
{
    public string Name => "Without";

    public Node CreateNode() => new OperationNode<WithoutOperation>(this);

    public void Backward(Node node, Tensor gradient, Span<Tensor?> gradients) => gradients[0] = place.Without(gradient);
}

/// <summary>A write into a view: operands are the base as it was and the value written.</summary>
file readonly struct ViewWriteOperation(ViewPlace place) : IDerivative
{
    public string Name => "ViewWrite";

    public void Backward(Node node, Tensor gradient, Span<Tensor?> gradients)
    {
        if (BackwardPass.MayOverwrite(gradient))
        {
            // A buffer filled part by part costs each part once, not the whole buffer for each.
            gradients[1] = node.Needs(1) ? place.Take(gradient).Clone() : null;
            gradients[0] = node.Needs(0) ? place.Clear(gradient) : null;
            return;
        }

        gradients[0] = node.Needs(0) ? place.Without(gradient) : null;
        gradients[1] = node.Needs(1) ? place.Take(gradient) : null;
    }
}

/// <summary>A view of a base as it is now.</summary>
file readonly struct BaseViewOperation(ViewPlace place) : IDerivative
{
    public string Name => "BaseView";

    public void Backward(Node node, Tensor gradient, Span<Tensor?> gradients) => gradients[0] = place.Put(gradient);
}
