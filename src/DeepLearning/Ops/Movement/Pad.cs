using System.Globalization;

namespace DeepLearning;

/// <summary>What <see cref="Tensor.Pad"/> puts around a tensor.</summary>
public enum PadMode
{
    /// <summary>One number.</summary>
    Constant,

    /// <summary>The tensor mirrored at its edge elements, which are not repeated: <c>c b | a b c | b a</c>.</summary>
    Reflect,

    /// <summary>The edge elements, repeated: <c>a a | a b c | c c</c>.</summary>
    Replicate,

    /// <summary>
    /// The tensor continued from its other end: <c>b c | a b c | a b</c>. What a negative number takes away is gone before.
    /// </summary>
    Circular,
}

public partial class Tensor
{
    /// <summary>The tensor with elements added before and after along the last axes. Any number of axes, in every mode.</summary>
    /// <param name="padding">
    /// Pairs of before and after, the last axis first: <c>[left, right, top, bottom, …]</c>. A negative number takes elements away.
    /// </param>
    /// <param name="mode">What is added.</param>
    /// <param name="value">The number, with <see cref="PadMode.Constant"/>.</param>
    /// <exception cref="ShapeException">
    /// The padding is not in pairs, names more axes than there are, leaves a negative length, or is wider than the mode allows:
    /// less than the length with <see cref="PadMode.Reflect"/>, at most the length that is kept with <see cref="PadMode.Circular"/>.
    /// </exception>
    /// <exception cref="DTypeException">The tensor is of an integer type that does not hold the number.</exception>
    public Tensor Pad(ReadOnlySpan<int> padding, PadMode mode = PadMode.Constant, Scalar value = default)
    {
        if (padding.Length % 2 != 0 || padding.Length / 2 > Rank)
        {
            throw new ShapeException(
                $"Pad: {Shape.Format(padding)} does not fit a tensor {Shape}: give two numbers an axis, before and after, "
                + $"for at most {Rank} axes.");
        }

        int[] before = new int[Rank], lengths = Layout.Lengths.AsSpan().ToArray();
        for (int i = 0; i < padding.Length / 2; i++)
        {
            int axis = Rank - 1 - i;
            before[axis] = padding[2 * i];
            CheckPadding(axis, padding[2 * i], padding[(2 * i) + 1], mode);
            lengths[axis] = Shape.AxisLength((long)lengths[axis] + padding[2 * i] + padding[(2 * i) + 1], "Pad");
        }

        if (mode == PadMode.Constant)
        {
            DType.CheckHolds(value, "Pad");
            return PadConstant(before, lengths, value);
        }

        if (!GradMode.Records(this) && !DeepLearning.Trace.IsAnyOn && !padding.ContainsAnyInRange(int.MinValue, -1))
        {
            return FilledAround(before, lengths, mode);
        }

        Tensor x = this;
        for (int axis = 0; axis < Rank; axis++)
        {
            if (before[axis] != 0 || lengths[axis] != Size(axis))
            {
                x = Continued(x, axis, before[axis], lengths[axis] - Size(axis) - before[axis], mode);
            }
        }

        return ReferenceEquals(x, this) ? Clone() : x;
    }

    private void CheckPadding(int axis, int before, int after, PadMode mode)
    {
        int length = Size(axis);
        // What the negative numbers leave is what is continued circularly.
        long left = length + Math.Min(before, 0L) + Math.Min(after, 0L);
        int most = mode switch
        {
            PadMode.Reflect => length - 1,
            PadMode.Circular => (int)Math.Max(left, 0),
            PadMode.Replicate when length == 0 => 0,
            _ => int.MaxValue,
        };
        // A number below -length would leave the other side nothing to stand on.
        if (Math.Max(before, after) > Math.Max(most, 0) || -(long)before > length || -(long)after > length
            || (long)length + before + after < 0 || (mode == PadMode.Circular && left < 0))
        {
            throw new ShapeException(
                $"Pad: ({before}, {after}) does not fit axis {axis} of length {length} of a tensor {Shape} in mode {mode}; "
                + $"use {-length} to {(most == int.MaxValue ? "any number" : most.ToString(CultureInfo.InvariantCulture))}.");
        }
    }

    /// <summary>
    /// The same in one result, unrecorded: this tensor in the middle, then axis by axis, the last one first, strips of what is there.
    /// </summary>
    private Tensor FilledAround(int[] before, int[] lengths, PadMode mode)
    {
        Tensor result = Allocate(lengths, DType, Device);
        int[] starts = before.AsSpan().ToArray(), part = Layout.Lengths.AsSpan().ToArray();
        Copy(this, new BoxRule(starts, part).Apply(result.Layout));
        for (int axis = Rank - 1; axis >= 0; axis--)
        {
            int length = Size(axis), first = before[axis], end = first + length;
            (int from, int step) = mode switch
            {
                PadMode.Reflect => (2 * first, -1),
                PadMode.Replicate => (first, 0),
                _ => (length, 1),
            };
            Strip(axis, 0, first, from, step);
            from = mode switch
            {
                PadMode.Reflect => end - 2,
                PadMode.Replicate => end - 1,
                _ => first,
            };
            Strip(axis, end, lengths[axis] - end, from, step);
            (starts[axis], part[axis]) = (0, lengths[axis]);
        }

        return result;

        // Places from "to" on along the axis become those from "from" on, a step apart.
        void Strip(int axis, int to, int count, int from, int step)
        {
            if (count == 0)
            {
                return;
            }

            part[axis] = count;
            starts[axis] = from;
            Layout box = new BoxRule(starts, part).Apply(result.Layout);
            long[] strides = box.Strides.AsSpan().ToArray();
            strides[axis] *= step;
            Tensor source = result.ViewAs(new Layout(part.AsSpan().ToArray(), strides, box.Offset));
            starts[axis] = to;
            Copy(source, new BoxRule(starts, part.AsSpan().ToArray()).Apply(result.Layout));
            source.Return();
        }

        void Copy(Tensor source, Layout place)
        {
            Tensor destination = result.ViewAs(place);
            Backend.Copy(source, destination);
            destination.Return();
        }
    }

    /// <summary>One axis with strips of itself at both ends: copies of whole runs, and a gradient that is added to parts.</summary>
    private static Tensor Continued(Tensor x, int axis, int before, int after, PadMode mode)
    {
        int length = x.Size(axis), kept = length + Math.Min(before, 0) + Math.Min(after, 0);
        Tensor middle = kept == length ? x : x.Narrow(axis, Math.Max(-before, 0), kept);
        Tensor? first = null, last = null;
        if (before > 0)
        {
            first = mode switch
            {
                PadMode.Reflect => x.Narrow(axis, 1, before).Flip(axis),
                PadMode.Replicate => Repeated(x.Narrow(axis, 0, 1), before),
                _ => middle.Narrow(axis, kept - before, before),
            };
        }

        if (after > 0)
        {
            last = mode switch
            {
                PadMode.Reflect => x.Narrow(axis, length - 1 - after, after).Flip(axis),
                PadMode.Replicate => Repeated(x.Narrow(axis, length - 1, 1), after),
                _ => middle.Narrow(axis, 0, after),
            };
        }

        return Cat([.. new[] { first, middle, last }.OfType<Tensor>()], axis);

        Tensor Repeated(Tensor edge, int times)
        {
            int[] lengths = edge.Shape.ToArray();
            lengths[axis] = times;
            return edge.Expand(lengths);
        }
    }

    internal Tensor PadConstant(int[] before, int[] lengths, Scalar value)
    {
        Tensor result = Full(lengths, value, DType, Device);
        // The part of this tensor that is kept, and its place in the result.
        int[] from = new int[Rank], to = new int[Rank], kept = new int[Rank];
        for (int axis = 0; axis < Rank; axis++)
        {
            from[axis] = Math.Max(-before[axis], 0);
            to[axis] = Math.Max(before[axis], 0);
            kept[axis] = Math.Max(Math.Min(Size(axis) - from[axis], lengths[axis] - to[axis]), 0);
        }

        Tensor part = ViewAs(new BoxRule(from, kept).Apply(Layout));
        result.CopyPart(part, new BoxRule(to, kept).Apply(result.Layout));
        part.Return();
        return Recording.Of(new PadOperation(before, lengths, Layout.Lengths, value), result, this);
    }
}

file readonly struct PadOperation(int[] before, int[] padded, int[] lengths, Scalar value) : IDerivative
{
    public string Name => "Pad";

    public void Describe(OperationAttributes attributes)
    {
        int[] after = new int[before.Length];
        for (int axis = 0; axis < after.Length; axis++)
        {
            after[axis] = padded[axis] - lengths[axis] - before[axis];
        }

        attributes.Add("before", before).Add("after", after).Add("value", value);
    }

    public Node CreateNode() => new OperationNode<PadOperation>(this);

    public void Backward(Node node, Tensor gradient, Span<Tensor?> gradients)
    {
        bool narrows = true;
        for (int axis = 0; axis < before.Length; axis++)
        {
            narrows &= before[axis] >= 0 && padded[axis] - before[axis] >= lengths[axis];
        }

        // Padding back by the opposite; where nothing was taken away, a view of the middle.
        gradients[0] = narrows
            ? gradient.ViewBy(new BoxRule(before, lengths))
            : gradient.PadConstant(Array.ConvertAll(before, static b => -b), lengths, 0.0);
    }

    public Replay CreateReplay()
    {
        (int[] first, int[] shape, Scalar around) = (before, padded, value);
        return (inputs, outputs) => outputs[0] = inputs[0]!.PadConstant(first, shape, around);
    }
}

/// <summary>Picks a stretch of every axis.</summary>
internal readonly struct BoxRule(int[] starts, int[] lengths) : IViewRule
{
    public static string Name => "Box";

    public void Describe(OperationAttributes attributes) => attributes.Add("starts", starts).Add("lengths", lengths);

    public Layout Apply(Layout source)
    {
        long offset = source.Offset;
        bool isEmpty = lengths.AsSpan().Contains(0);
        for (int axis = 0; axis < starts.Length && !isEmpty; axis++)
        {
            offset += starts[axis] * source.Strides[axis];
        }

        return new Layout(lengths, source.Strides, offset);
    }
}
