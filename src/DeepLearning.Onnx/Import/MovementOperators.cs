namespace DeepLearning.Onnx.Import;

/// <summary>Operators that move elements and compute none.</summary>
internal static class MovementOperators
{
    public static void Add(Operators to)
    {
        to.Add("Transpose", static c => c.Keep(0, c[0].Permute(
            c.Ints("perm") is { } order ? Call.Axes(order, c[0].Rank) : [.. Enumerable.Range(0, c[0].Rank).Reverse()])));
        to.Add("Concat", static c => c.Keep(0, Tensor.Cat(c.Tensors(), c.Axis("axis", 1, c[0].Rank))));
        to.AddMany("Split", Split);
        to.Add("Slice", Slice);
        to.Add("Pad", Pad);
        to.Add("Tile", static c => c.Keep(0, Tiled(c[0], Call.Lengths(c.AllNumbers(1)))));
        to.Add("Trilu", static c =>
        {
            int diagonal = c.Has(1) ? (int)Math.Clamp(c.Number(1), int.MinValue, int.MaxValue) : 0;
            return c.Keep(0, c.Flag("upper", true) ? c[0].Triu(diagonal) : c[0].Tril(diagonal));
        });
        to.Add("DepthToSpace", static c => c.Keep(0, DepthToSpace(c[0], c.Int32("blocksize", 1), c.Text("mode", "DCR") == "CRD")));
        to.Add("SpaceToDepth", static c => c.Keep(0, SpaceToDepth(c[0], c.Int32("blocksize", 1))));
        to.Add("ReverseSequence", ReverseSequence);
        to.Add("CenterCropPad", CenterCropPad);
    }

    private static Value?[] Split(Call c)
    {
        Tensor x = c[0];
        int axis = c.Axis("axis", 0, x.Rank), length = x.Size(axis);
        long[]? sizes = c.Numbers(1, "split");
        if (sizes is null)
        {
            int count = c.Int32("num_outputs", c.OutputCount), each = (length + count - 1) / Math.Max(count, 1);
            sizes = [.. Enumerable.Range(0, count).Select(i => (long)Math.Clamp(length - (i * (long)each), 0, each))];
        }

        return [.. x.Split(Call.Lengths(sizes), axis).Select(part => c.Keep(0, part))];
    }

    private static Value Slice(Call c)
    {
        Tensor x = c[0];
        long[] starts = c.Numbers(1, "starts") ?? throw new OnnxException("the starts are missing.");
        long[] ends = c.Numbers(2, "ends") ?? throw new OnnxException("the ends are missing.");
        long[] given = c.Numbers(3, "axes") ?? [.. Enumerable.Range(0, starts.Length).Select(static axis => (long)axis)];
        long[] steps = c.Numbers(4) ?? [.. Enumerable.Repeat(1L, starts.Length)];
        int[] axes = Call.Axes(given, x.Rank);
        if (ends.Length != starts.Length || axes.Length != starts.Length || steps.Length != starts.Length)
        {
            throw new OnnxException("there are not as many ends, axes and steps as starts.");
        }

        for (int i = 0; i < axes.Length; i++)
        {
            x = Sliced(x, axes[i], starts[i], ends[i], steps[i]);
        }

        return c.Keep(0, x);
    }

    /// <summary>Every step-th element of an axis; places below 0 are counted from the end, and those outside are brought in.</summary>
    public static Tensor Sliced(Tensor x, int axis, long start, long end, long step)
    {
        long length = x.Size(axis);
        if (step == 0)
        {
            throw new OnnxException("a step of 0 leads nowhere.");
        }

        start = start < 0 ? Math.Max(start, -length - 1) + length : start;
        end = end < 0 ? Math.Max(end, -length - 1) + length : end;
        start = step > 0 ? Math.Clamp(start, 0, length) : Math.Clamp(start, -1, length - 1);
        end = step > 0 ? Math.Clamp(end, 0, length) : Math.Clamp(end, -1, length - 1);
        Int128 span = step > 0 ? (Int128)end - start : (Int128)start - end, by = step > 0 ? step : -(Int128)step;
        int count = span <= 0 ? 0 : (int)((span + by - 1) / by);
        if (step == 1)
        {
            return x.Narrow(axis, (int)(count == 0 ? 0 : start), count);
        }

        return x.IndexSelect(axis, Tensor.Arange(0, count).Multiply(count > 1 ? step : 1).Add(count == 0 ? 0 : start));
    }

    private static Value Pad(Call c)
    {
        Tensor x = c[0];
        long[] pads = c.Numbers(1, "pads") ?? throw new OnnxException("the pads are missing.");
        int[] axes = c.Numbers(3) is { } given ? Call.Axes(given, x.Rank) : [.. Enumerable.Range(0, x.Rank)];
        if (pads.Length != 2 * axes.Length)
        {
            throw new OnnxException($"{pads.Length} pads do not fit {axes.Length} axes.");
        }

        Scalar value = c.Has(2)
            ? x.DType.IsFloatingPoint() ? c[2].To(DType.Float64).Reshape([]).Item<double>()
                : x.DType == DType.Bool ? c[2].Reshape([]).Item<bool>() : c[2].To(DType.Int64).Reshape([]).Item<long>()
            : x.DType.IsFloatingPoint() ? c.Float("value", 0) : x.DType == DType.Bool ? false : 0;
        int[] both = new int[2 * x.Rank];
        for (int i = 0; i < axes.Length; i++)
        {
            int at = 2 * (x.Rank - 1 - axes[i]);
            both[at] = Call.Small(pads[i], "a padding");
            both[at + 1] = Call.Small(pads[i + axes.Length], "a padding");
        }

        Limits.Check([.. Enumerable.Range(0, x.Rank).Select(
            axis => (int)Math.Clamp(x.Size(axis) + (long)both[2 * (x.Rank - 1 - axis)] + both[(2 * (x.Rank - 1 - axis)) + 1], 0,
                int.MaxValue))]);
        return c.Keep(0, c.Text("mode", "constant") switch
        {
            "constant" => x.Pad(both, PadMode.Constant, value),
            "reflect" => Continued(x, both, PadMode.Reflect),
            "edge" => Continued(x, both, PadMode.Replicate),
            "wrap" => Continued(x, both, PadMode.Circular),
            var mode => throw new OnnxException($"the mode {OnnxException.Quote(mode)} is not known."),
        });
    }

    /// <summary>Padding from the tensor itself; more than a tensor has is taken again and again.</summary>
    private static Tensor Continued(Tensor x, int[] both, PadMode mode)
    {
        for (int axis = 0; axis < x.Rank; axis++)
        {
            int at = 2 * (x.Rank - 1 - axis), length = x.Size(axis);
            int before = both[at], after = both[at + 1];
            if (before == 0 && after == 0)
            {
                continue;
            }

            long[] places = new long[Math.Max(length + before + after, 0)];
            for (int i = 0; i < places.Length; i++)
            {
                places[i] = Source(i - before, length, mode);
            }

            x = x.IndexSelect(axis, Tensor.From(places));
        }

        return x;
    }

    private static long Source(long place, int length, PadMode mode)
    {
        if (length == 0)
        {
            throw new OnnxException("an empty axis has nothing to continue.");
        }

        if (mode == PadMode.Replicate)
        {
            return Math.Clamp(place, 0, length - 1);
        }

        long period = mode == PadMode.Reflect ? Math.Max(2L * (length - 1), 1) : length;
        long rest = ((place % period) + period) % period;
        return rest < length ? rest : period - rest;
    }

    /// <summary>A tensor again and again along its axes.</summary>
    private static Tensor Tiled(Tensor x, int[] repeats)
    {
        if (repeats.Length != x.Rank)
        {
            throw new OnnxException($"{repeats.Length} repeats do not fit {x.Rank} axes.");
        }

        Limits.Check([.. repeats.Select((count, axis) => checked(count * x.Size(axis)))]);
        return repeats.Contains(0)
            ? Tensor.Zeros([.. repeats.Select((count, axis) => count * x.Size(axis))], x.DType)
            : x.Repeat(repeats);
    }

    private static Tensor DepthToSpace(Tensor x, int block, bool columnsFirst)
    {
        (int batch, int channels, int height, int width) = Images(x);
        int depth = channels / (block * block);
        return (columnsFirst
            ? x.Reshape(batch, depth, block, block, height, width).Permute(0, 1, 4, 2, 5, 3)
            : x.Reshape(batch, block, block, depth, height, width).Permute(0, 3, 4, 1, 5, 2)).Reshape(batch, depth, height * block,
                width * block);
    }

    private static Tensor SpaceToDepth(Tensor x, int block)
    {
        (int batch, int channels, int height, int width) = Images(x);
        return x.Reshape(batch, channels, height / block, block, width / block, block).Permute(0, 3, 5, 1, 2, 4)
            .Reshape(batch, channels * block * block, height / block, width / block);
    }

    private static (int, int, int, int) Images(Tensor x) => x.Rank == 4
        ? (x.Size(0), x.Size(1), x.Size(2), x.Size(3))
        : throw new OnnxException($"images [N, C, H, W] are needed, not a tensor {x.Shape}.");

    private static Value ReverseSequence(Call c)
    {
        Tensor x = c[0];
        long[] lengths = c.AllNumbers(1);
        int time = c.Axis("time_axis", 0, x.Rank), batch = c.Axis("batch_axis", 1, x.Rank);
        int[] shape = [.. Enumerable.Repeat(1, x.Rank)];
        (shape[time], shape[batch]) = (x.Size(time), x.Size(batch));
        long[] places = new long[(long)x.Size(time) * x.Size(batch)];
        for (int i = 0; i < x.Size(time); i++)
        {
            for (int j = 0; j < x.Size(batch); j++)
            {
                int at = time < batch ? (i * x.Size(batch)) + j : (j * x.Size(time)) + i;
                places[at] = i < lengths[j] ? lengths[j] - 1 - i : i;
            }
        }

        return c.Keep(0, x.Gather(time, Tensor.From(places, shape).Expand(x.Shape).Contiguous()));
    }

    private static Value CenterCropPad(Call c)
    {
        Tensor x = c[0];
        long[] wanted = c.AllNumbers(1);
        int[] axes = c.Ints("axes") is { } given ? Call.Axes(given, x.Rank) : [.. Enumerable.Range(0, x.Rank)];
        int[] lengths = Call.Lengths(wanted);
        for (int i = 0; i < axes.Length; i++)
        {
            int own = x.Size(axes[i]), length = lengths[i];
            if (length < own)
            {
                x = x.Narrow(axes[i], (own - length) / 2, length);
            }
            else if (length > own)
            {
                int before = (length - own) / 2, at = 2 * (x.Rank - 1 - axes[i]);
                int[] both = new int[2 * x.Rank];
                (both[at], both[at + 1]) = (before, length - own - before);
                x = x.Pad(both);
            }
        }

        return c.Keep(0, x);
    }
}
