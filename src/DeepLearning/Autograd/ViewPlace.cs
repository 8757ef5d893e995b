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

    /// <summary>The part of a tensor of the base's shape.</summary>
    public Tensor Take(Tensor x) => _positions is { } positions
        ? x.Reshape(-1).IndexSelect(0, positions.To(x.Device)).Reshape(_rule.Lengths)
        : x.ViewBy(_rule);

    /// <summary>The transpose of <see cref="Take"/>: a part at its place among zeros, added up where the view repeats an element.</summary>
    public Tensor Put(Tensor part) => _positions is { } positions
        ? Tensor.Zeros([checked((int)Shape.CountOf(_whole))], part.DType, part.Device)
            .IndexAdd(0, positions.To(part.Device), part.Reshape(-1)).Reshape(_whole)
        : Tensor.Embed(_rule, _whole, part);

    /// <summary>A copy of a tensor of the base's shape with zeros at the place.</summary>
    public Tensor Without(Tensor x)
    {
        Tensor result = Clear(x.Detach().Clone());
        return GradMode.Records(x) ? new WithoutNode(this).Attach(result, x) : result;
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

    /// <summary>For each element of the view, its row-major position in the base, on the host: for layouts that one rule cannot
    /// describe.</summary>
    private static Tensor PositionsOf(Layout whole, Layout part)
    {
        Tensor numbers = Tensor.EmptyStrided(whole, DType.Int64, Device.Cpu);
        Tensor rowMajor = Tensor.Arange(0, whole.Count).Reshape(whole.Lengths);
        numbers.Backend.Copy(rowMajor, numbers);
        Layout moved = new(part.Lengths, part.Strides, part.Offset - whole.Offset + numbers.Layout.Offset);
        return numbers.ViewAs(moved).Clone().Reshape(-1);
    }

    private sealed class WithoutNode(ViewPlace place) : Node
    {
        protected internal override void Backward(Tensor gradient, Span<Tensor?> gradients) => gradients[0] = place.Without(gradient);
    }
}

/// <summary>Picks elements by strides, of a source whose elements lie in row-major order.</summary>
internal readonly struct StridedRule(int[] lengths, long[] strides, long offset) : IViewRule
{
    public static bool NeedsRowMajor => true;

    public int[] Lengths => lengths;

    public Layout Apply(Layout source) => new(lengths, strides, source.Offset + offset);
}
