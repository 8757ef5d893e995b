namespace DeepLearning.Onnx.Export;

/// <summary>Pooling over one to three axes.</summary>
internal static class PoolingConverters
{
    public static void Add(Dictionary<string, Action<NodeContext>> to)
    {
        foreach (int axes in (int[])[1, 2, 3])
        {
            to[$"MaxPool{axes}d"] = n => n.Set(Batched(n, axes, x => Windows(n, axes, x, isMean: false)));
            to[$"AvgPool{axes}d"] = n => n.Set(Batched(n, axes, x => Windows(n, axes, x, isMean: true)));
            to[$"MaxPool{axes}dIndices"] = n => n.Set(Batched(n, axes, x => Indices(n, axes, x)));
        }
    }

    /// <summary>With a batch axis, which ONNX's pooling always has.</summary>
    private static string Batched(NodeContext n, int axes, Func<string, string> pool)
    {
        string x = n.Cast(0, n.Type(0));
        return n.Rank(0) == axes + 1 ? n.Squeeze(pool(n.Unsqueeze(x, 0)), 0) : pool(x);
    }

    private static string Windows(NodeContext n, int axes, string x, bool isMean)
    {
        if (n.Told("output_size"))
        {
            return Adaptive(n, axes, x, isMean);
        }

        long[] kernel = n.Ints("kernel"), stride = n.Ints("stride"), padding = n.Ints("padding"), dilation = n.Ints("dilation");
        long? divisor = n.Told("divisor") ? n.Int("divisor") : null;
        bool counts = isMean && n.Flag("count_include_pad");
        (string, object)[] told = [
            ("kernel_shape", kernel), ("strides", stride), ("pads", (long[])[.. padding, .. padding])];
        if (!isMean || dilation.Any(static step => step != 1))
        {
            told = [.. told, ("dilations", dilation)];
        }

        if (Fits(n, axes, kernel, stride, padding, dilation))
        {
            return !isMean ? n.Op("MaxPool", [x], told)
                : divisor is null ? n.Op("AveragePool", [x], [.. told, ("count_include_pad", counts)])
                : n.Op("Mul", [
                    n.Op("AveragePool", [x], [.. told, ("count_include_pad", 1)]), n.N((double)Product(kernel) / divisor.Value)]);
        }

        // Windows that begin within the input and end behind it: the padding after it is made as long as they need.
        long[] source = n.FixedShape(0)[^axes..], outputs = n.FixedOutShape()[^axes..], after = new long[axes];
        for (int axis = 0; axis < axes; axis++)
        {
            after[axis] = ((outputs[axis] - 1) * stride[axis]) + (dilation[axis] * (kernel[axis] - 1)) + 1 - source[axis] - padding[axis];
        }

        long[] pads = [0, 0, .. padding, 0, 0, .. after];
        string padded = n.Op("Pad", [x, n.Emitter.Ints(pads), n.N(isMean ? 0 : double.NegativeInfinity)], ("mode", "constant"));
        (string, object)[] plain = [("kernel_shape", kernel), ("strides", stride), ("pads", new long[2 * axes])];
        return isMean
            ? n.Op("Mul", [n.Op("AveragePool", [padded], plain), Shares(n, axes, source, outputs, kernel, stride, padding, divisor,
                counts)])
            : n.Op("MaxPool", [padded], [.. plain, ("dilations", dilation)]);
    }

    /// <summary>Whether ONNX's rule gives as many windows: those that end within the padded input.</summary>
    private static bool Fits(NodeContext n, int axes, long[] kernel, long[] stride, long[] padding, long[] dilation) => n.InEveryRun(node =>
    {
        for (int axis = 0; axis < axes; axis++)
        {
            Shape from = node.Inputs[0]!.Shape, to = node.Outputs[0].Shape;
            long source = from[from.Rank - axes + axis], outputs = to[to.Rank - axes + axis];
            long reach = (dilation[axis] * (kernel[axis] - 1)) + 1;
            if (((source + (2 * padding[axis]) - reach) / stride[axis]) + 1 != outputs)
            {
                return false;
            }
        }

        return true;
    });

    /// <summary>What a mean over the whole kernel is multiplied by to be one over the elements that count.</summary>
    private static string Shares(
        NodeContext n, int axes, long[] source, long[] outputs, long[] kernel, long[] stride, long[] padding, long? divisor, bool counts)
    {
        double[] shares = new double[Product(outputs)];
        for (int i = 0; i < shares.Length; i++)
        {
            double counted = 1;
            long rest = i;
            for (int axis = axes - 1; axis >= 0; axis--)
            {
                long start = (rest % outputs[axis] * stride[axis]) - padding[axis], end = start + kernel[axis];
                counted *= counts
                    ? Math.Min(end, source[axis] + padding[axis]) - start
                    : Math.Min(end, source[axis]) - Math.Max(start, 0);
                rest /= outputs[axis];
            }

            shares[i] = Product(kernel) / (divisor ?? counted);
        }

        return n.Emitter.Initializer(
            Tensor.From(shares, [.. outputs.Select(static length => (int)length)]).To(n.OutType), "shares");
    }

    private static string Adaptive(NodeContext n, int axes, string x, bool isMean)
    {
        long[] outputs = n.Ints("output_size");
        int rank = Math.Max(n.Rank(0), axes + 2);
        if (outputs.All(static length => length == 1))
        {
            return n.Reduce(
                isMean ? "ReduceMean" : "ReduceMax", x, [.. Enumerable.Range(rank - axes, axes).Select(static axis => (long)axis)], true);
        }

        long[] source = n.FixedShape(0)[^axes..];
        if (source.Zip(outputs).All(static pair => pair.Second > 0 && pair.First % pair.Second == 0))
        {
            long[] kernel = [.. source.Zip(outputs, static (length, count) => length / count)];
            return n.Op(isMean ? "AveragePool" : "MaxPool", [x], ("kernel_shape", kernel), ("strides", kernel));
        }

        // Windows of different lengths, axis by axis.
        for (int axis = 0; axis < axes; axis++)
        {
            long at = rank - axes + axis;
            List<string> parts = [];
            for (long i = 0; i < outputs[axis]; i++)
            {
                long first = i * source[axis] / outputs[axis], end = (((i + 1) * source[axis]) + outputs[axis] - 1) / outputs[axis];
                string part = n.Slice(x, at, new Quantity(first), new Quantity(end));
                parts.Add(n.Reduce(isMean ? "ReduceMean" : "ReduceMax", part, [at], true));
            }

            x = parts.Count == 0
                ? n.Slice(x, at, new Quantity(0), new Quantity(0))
                : n.Op("Concat", [.. parts], ("axis", at));
        }

        return x;
    }

    /// <summary>The places of the greatest within their plane; ONNX counts them through the whole tensor.</summary>
    private static string Indices(NodeContext n, int axes, string x)
    {
        Quantity[] source = n.Shape(0)[^axes..];
        if (n.Told("output_size"))
        {
            long[] outputs = n.Ints("output_size"), lengths = n.FixedShape(0)[^axes..];
            if (!lengths.Zip(outputs).All(static pair => pair.Second > 0 && pair.First % pair.Second == 0))
            {
                throw n.Refused("its windows differ in length, and ONNX has no indices for those");
            }

            long[] each = [.. lengths.Zip(outputs, static (length, count) => length / count)];
            return Within(n, x, source, ("kernel_shape", each), ("strides", each));
        }

        long[] kernel = n.Ints("kernel"), stride = n.Ints("stride"), padding = n.Ints("padding"), dilation = n.Ints("dilation");
        return Fits(n, axes, kernel, stride, padding, dilation)
            ? Within(
                n, x, source, ("kernel_shape", kernel), ("strides", stride), ("pads", (long[])[.. padding, .. padding]), ("dilations",
                    dilation))
            : throw n.Refused("windows that end behind the padded input have no indices in ONNX; use ceilMode: false");
    }

    private static string Within(NodeContext n, string x, Quantity[] source, params (string Name, object Value)[] told)
    {
        string places = n.Emitter.AddMany("MaxPool", 2, [x], told)[1];
        string size = n.Emitter.Ints([source[0]]);
        foreach (Quantity length in source.AsSpan(1))
        {
            size = n.Op("Mul", [size, n.Emitter.Ints([length])]);
        }

        return n.Cast(n.Op("Mod", [places, size]), DType.Int64, n.OutType);
    }

    private static long Product(long[] lengths) => lengths.Aggregate(1L, static (product, length) => product * length);
}
