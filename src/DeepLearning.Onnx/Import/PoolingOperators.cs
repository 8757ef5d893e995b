namespace DeepLearning.Onnx.Import;

/// <summary>Pooling.</summary>
internal static class PoolingOperators
{
    public static void Add(Operators to)
    {
        to.AddMany("MaxPool", MaxPool);
        to.Add("AveragePool", static c => c.Keep(0, AveragePool(c)));
        to.Add("LpPool", static c =>
        {
            Tensor x = c[0];
            Windows windows = Windows.Of(c, x.Shape.ToArray().AsSpan(2));
            double p = c.Told("p") && c.Opset < 2 ? c.Float("p", 2) : c.Int("p", 2);
            return c.Keep(0, windows.Taken(x, 0.0).Abs().Pow(p).Sum(Taps(windows, x.Rank)).Pow(1 / p));
        });
        to.Add("GlobalAveragePool", static c => c.Keep(0, c[0].Mean(Spatial(c[0]), keepDim: true)));
        to.Add("GlobalMaxPool", static c => c.Keep(0, c[0].Amax(Spatial(c[0]), keepDim: true)));
        to.Add("GlobalLpPool", static c =>
        {
            double p = c.Told("p") && c.Opset < 2 ? c.Float("p", 2) : c.Int("p", 2);
            return c.Keep(0, c[0].Abs().Pow(p).Sum(Spatial(c[0]), keepDim: true).Pow(1 / p));
        });
        to.Add("MaxUnpool", static c => c.Keep(0, MaxUnpool(c)));
    }

    private static int[] Spatial(Tensor x) => [.. Enumerable.Range(2, Math.Max(x.Rank - 2, 0))];

    /// <summary>The axes of the taps of windows that were taken from a tensor of so many axes.</summary>
    private static int[] Taps(Windows windows, int rank) => [.. Enumerable.Range(rank, windows.Kernel.Length)];

    private static Value?[] MaxPool(Call c)
    {
        Tensor x = c[0];
        int[] source = x.Shape.ToArray()[2..];
        Windows windows = Windows.Of(c, source);
        bool isFloat = x.DType.IsFloatingPoint();
        if (!c.Wants(1) && isFloat && source.Length is >= 1 and <= 3 && windows.IsEven && IsPlain(c, windows, source))
        {
            PerAxis kernel = ConvolutionOperators.Each(windows.Kernel), stride = ConvolutionOperators.Each(windows.Strides);
            PerAxis padding = ConvolutionOperators.Each(windows.Before), dilation = ConvolutionOperators.Each(windows.Dilations);
            return [c.Keep(0, source.Length switch
            {
                1 => x.MaxPool1d(kernel, stride, padding, dilation),
                2 => x.MaxPool2d(kernel, stride, padding, dilation),
                _ => x.MaxPool3d(kernel, stride, padding, dilation),
            })];
        }

        Scalar least = isFloat ? double.NegativeInfinity : ElementTypes.Range(c.Type(0))!.Value.Least;
        int[] shape = [.. x.Shape.ToArray()[..2], .. windows.Outputs, windows.Kernel.Aggregate(1, static (product,
            length) => product * length)];
        Tensor taken = windows.Taken(x, least).Reshape(shape);
        if (!c.Wants(1))
        {
            return [c.Keep(0, taken.Amax(-1))];
        }

        ValuesAndIndices greatest = taken.Max(-1);
        Tensor own = Places(x, c.Flag("storage_order"));
        Tensor places = windows.Taken(own, 0).Reshape(shape).Gather(-1 + shape.Length, greatest.Indices.Unsqueeze(-1)).Squeeze(-1);
        return [c.Keep(0, greatest.Values), places];
    }

    /// <summary>Whether the library's own pooling has the same windows.</summary>
    private static bool IsPlain(Call c, Windows windows, int[] source)
    {
        for (int axis = 0; axis < source.Length; axis++)
        {
            int reach = (windows.Dilations[axis] * (windows.Kernel[axis] - 1)) + 1;
            int outputs = ((source[axis] + (2 * windows.Before[axis]) - reach) / windows.Strides[axis]) + 1;
            if (windows.Before[axis] > windows.Kernel[axis] / 2 || outputs != windows.Outputs[axis] || outputs < 1)
            {
                return false;
            }
        }

        return !c.Flag("ceil_mode");
    }

    /// <summary>The place of each element in the whole tensor, or with the spatial axes in the opposite order.</summary>
    private static Tensor Places(Tensor x, bool columnsFirst)
    {
        int[] shape = x.Shape.ToArray();
        if (!columnsFirst)
        {
            return Tensor.Arange(0, x.Count).Reshape(shape);
        }

        int[] reversed = [.. shape[..2], .. shape[2..].Reverse()];
        return Tensor.Arange(0, x.Count).Reshape(reversed).Permute([0, 1, .. Enumerable.Range(2, shape.Length - 2).Reverse()]).Contiguous();
    }

    private static Tensor AveragePool(Call c)
    {
        Tensor x = c[0];
        int[] source = x.Shape.ToArray()[2..];
        Windows windows = Windows.Of(c, source);
        bool counts = c.Flag("count_include_pad");
        if (source.Length is >= 1 and <= 3 && windows.IsEven && IsPlain(c, windows, source)
            && windows.Dilations.All(static step => step == 1))
        {
            PerAxis kernel = ConvolutionOperators.Each(windows.Kernel), stride = ConvolutionOperators.Each(windows.Strides);
            PerAxis padding = ConvolutionOperators.Each(windows.Before);
            return source.Length switch
            {
                1 => x.AvgPool1d(kernel, stride, padding, false, counts),
                2 => x.AvgPool2d(kernel, stride, padding, false, counts),
                _ => x.AvgPool3d(kernel, stride, padding, false, counts),
            };
        }

        int[] taps = Taps(windows, x.Rank);
        Tensor sums = windows.Taken(x, 0.0).Sum(taps);
        // The padding that was asked for may count; what windows reach behind it does not.
        return sums.Divide(counts
            ? Counted(windows, source, x.DType)
            : windows.Taken(Tensor.Ones([1, 1, .. source], x.DType), 0.0).Sum(taps));
    }

    /// <summary>How many taps of each window lie in the input and its padding.</summary>
    private static Tensor Counted(Windows windows, int[] source, DType dtype)
    {
        Tensor counts = Tensor.Ones([1, 1, .. Enumerable.Repeat(1, source.Length)], dtype);
        for (int axis = 0; axis < source.Length; axis++)
        {
            double[] own = new double[windows.Outputs[axis]];
            for (int i = 0; i < own.Length; i++)
            {
                for (int tap = 0; tap < windows.Kernel[axis]; tap++)
                {
                    int place = (i * windows.Strides[axis]) + (tap * windows.Dilations[axis]) - windows.Before[axis];
                    own[i] += place < source[axis] + windows.After[axis] ? 1 : 0;
                }
            }

            int[] shape = [.. Enumerable.Repeat(1, source.Length + 2)];
            shape[axis + 2] = own.Length;
            counts = counts.Multiply(Tensor.From(own, shape).To(dtype));
        }

        return counts;
    }

    private static Tensor MaxUnpool(Call c)
    {
        Tensor x = c[0], places = c[1].To(DType.Int64);
        int axes = x.Rank - 2;
        int[] kernel = Array.ConvertAll(c.Ints("kernel_shape") ?? [], length => Call.Small(length, "kernel_shape"));
        int[] strides = c.Ints("strides") is { } told ? Array.ConvertAll(told, step => Call.Small(step, "strides"))
            : [.. Enumerable.Repeat(1, axes)];
        int[] pads = c.Ints("pads") is { } given ? Array.ConvertAll(given, pad => Call.Small(pad, "pads")) : new int[2 * axes];
        int[] usual = [.. x.Shape.ToArray()[..2], .. Enumerable.Range(0, axes).Select(
            axis => ((x.Size(axis + 2) - 1) * strides[axis]) + kernel[axis] - pads[axis] - pads[axes + axis])];
        int[] shape = c.Has(2) ? Call.Lengths(c.Numbers(2)) : usual;
        int Count(int[] lengths) => lengths.Aggregate(1, static (product, length) => checked(product * length));
        Tensor flat = Tensor.Zeros([Count(usual)], x.DType).Scatter(0, places.Reshape(-1), x.Reshape(-1));
        if (shape.SequenceEqual(usual))
        {
            return flat.Reshape(shape);
        }

        // Places count in the usual result; a larger one keeps it in its first corner.
        int[] behind = [.. Enumerable.Range(0, shape.Length).Select(axis => shape[axis] - usual[axis])];
        return Windows.Padded(flat.Reshape(usual), new int[shape.Length], behind, 0.0);
    }
}
