namespace DeepLearning.Onnx.Import;

/// <summary>
/// Where the windows of a convolution or pooling lie: lengths, steps and paddings of each spatial axis, after ONNX's rules.
/// </summary>
internal sealed class Windows
{
    private Windows(int[] kernel, int[] strides, int[] dilations, int[] before, int[] after, int[] outputs)
    {
        Kernel = kernel;
        Strides = strides;
        Dilations = dilations;
        Before = before;
        After = after;
        Outputs = outputs;
    }

    /// <summary>The number of taps.</summary>
    public int[] Kernel { get; }

    /// <summary>The steps between windows.</summary>
    public int[] Strides { get; }

    /// <summary>The steps between taps.</summary>
    public int[] Dilations { get; }

    /// <summary>The padding before.</summary>
    public int[] Before { get; }

    /// <summary>The padding after.</summary>
    public int[] After { get; }

    /// <summary>The number of windows.</summary>
    public int[] Outputs { get; }

    /// <summary>Whether the paddings before and after are the same.</summary>
    public bool IsEven => Before.AsSpan().SequenceEqual(After);

    /// <summary>Reads them from a node.</summary>
    /// <param name="c">The node.</param>
    /// <param name="source">The lengths of the spatial axes.</param>
    /// <param name="kernel">The number of taps where the node does not tell it.</param>
    public static Windows Of(Call c, ReadOnlySpan<int> source, int[]? kernel = null)
    {
        int axes = source.Length;
        int[] taps = Numbers(c, "kernel_shape", axes, 0) is { } told && told[0] > 0 ? told : kernel
            ?? throw new OnnxException("kernel_shape is missing.");
        int[] strides = Numbers(c, "strides", axes, 1), dilations = Numbers(c, "dilations", axes, 1);
        int[] pads = Numbers(c, "pads", 2 * axes, 0), before = pads[..axes], after = pads[axes..], outputs = new int[axes];
        if (taps.Length != axes || taps.Concat(strides).Concat(dilations).Any(static number => number < 1))
        {
            throw new OnnxException($"windows of [{string.Join(", ", taps)}] do not fit {axes} axes.");
        }

        string auto = c.Text("auto_pad", "NOTSET");
        bool ceiling = c.Flag("ceil_mode");
        for (int axis = 0; axis < axes; axis++)
        {
            int reach = checked((dilations[axis] * (taps[axis] - 1)) + 1);
            if (auto is "SAME_UPPER" or "SAME_LOWER")
            {
                outputs[axis] = (source[axis] + strides[axis] - 1) / strides[axis];
                int room = Math.Max(((outputs[axis] - 1) * strides[axis]) + reach - source[axis], 0);
                before[axis] = auto == "SAME_UPPER" ? room / 2 : room - (room / 2);
                after[axis] = room - before[axis];
                continue;
            }

            if (auto == "VALID")
            {
                (before[axis], after[axis]) = (0, 0);
            }

            int span = source[axis] + before[axis] + after[axis] - reach;
            outputs[axis] = span < 0 && !ceiling ? 0 : ((span + (ceiling ? strides[axis] - 1 : 0)) / strides[axis]) + 1;
            if (ceiling && outputs[axis] > 0 && (outputs[axis] - 1) * strides[axis] >= source[axis] + before[axis])
            {
                // No window begins in the padding behind.
                outputs[axis]--;
            }
        }

        return new Windows(taps, strides, dilations, before, after, outputs);
    }

    /// <summary>The padding behind that all windows need.</summary>
    public int[] Reached(ReadOnlySpan<int> source)
    {
        int[] needed = new int[Kernel.Length];
        for (int axis = 0; axis < needed.Length; axis++)
        {
            int end = ((Outputs[axis] - 1) * Strides[axis]) + (Dilations[axis] * (Kernel[axis] - 1)) + 1;
            needed[axis] = Math.Max(end - source[axis] - Before[axis], After[axis]);
        }

        return needed;
    }

    /// <summary>Pads the spatial axes.</summary>
    public static Tensor Padded(Tensor x, ReadOnlySpan<int> before, ReadOnlySpan<int> after, Scalar value)
    {
        int[] both = new int[2 * before.Length];
        for (int axis = 0; axis < before.Length; axis++)
        {
            int at = 2 * (before.Length - 1 - axis);
            (both[at], both[at + 1]) = (before[axis], after[axis]);
        }

        return both.AsSpan().ContainsAnyExcept(0) ? x.Pad(both, PadMode.Constant, value) : x;
    }

    /// <summary>Every window's elements: [.., windows .., taps ..].</summary>
    public Tensor Taken(Tensor x, Scalar outside)
    {
        int axes = Kernel.Length, first = x.Rank - axes;
        x = Padded(x, Before, Reached(x.Shape.ToArray().AsSpan(first)), outside);
        List<int> shape = [.. x.Shape.ToArray()[..first]], order = [.. Enumerable.Range(0, first)];
        for (int axis = 0; axis < axes; axis++)
        {
            long[] places = new long[Outputs[axis] * Kernel[axis]];
            for (int i = 0; i < places.Length; i++)
            {
                places[i] = (i / Kernel[axis] * (long)Strides[axis]) + (i % Kernel[axis] * (long)Dilations[axis]);
            }

            x = x.IndexSelect(first + axis, Tensor.From(places));
            shape.AddRange([Outputs[axis], Kernel[axis]]);
        }

        order.AddRange(Enumerable.Range(0, axes).Select(axis => first + (2 * axis)));
        order.AddRange(Enumerable.Range(0, axes).Select(axis => first + (2 * axis) + 1));
        return x.Reshape([.. shape]).Permute([.. order]);
    }

    private static int[] Numbers(Call c, string name, int count, int otherwise) => c.Ints(name) is { Length: > 0 } given
        ? given.Length == count
            ? Array.ConvertAll(given, number => Call.Small(number, name))
            : throw new OnnxException($"{name} has {given.Length} numbers, and {count} are needed.")
        : [.. Enumerable.Repeat(otherwise, count)];
}
