namespace DeepLearning.Onnx.Export;

/// <summary>Convolutions, windows as columns, and images in another size.</summary>
internal static class ConvolutionConverters
{
    public static void Add(Dictionary<string, Action<NodeContext>> to)
    {
        foreach (int axes in (int[])[1, 2, 3])
        {
            to[$"Conv{axes}d"] = static n => n.Set(n.Op("Conv", Operands(n), Told(n)));
            to[$"ConvTranspose{axes}d"] = static n => n.Set(
                n.Op("ConvTranspose", Operands(n), [.. Told(n), ("output_padding", n.Ints("outputPadding"))]));
        }

        to["Im2Col"] = Im2Col;
        to["Col2Im"] = Col2Im;
        to["Resample"] = Resample;
    }

    private static string[] Operands(NodeContext n) =>
        n.Has(2) ? [n.X, n.Y, n.Cast(2, n.OutType)] : [n.X, n.Y];

    private static (string Name, object Value)[] Told(NodeContext n)
    {
        long[] padding = n.Ints("padding");
        return [
            ("kernel_shape", n.FixedShape(1)[2..]), ("strides", n.Ints("stride")), ("pads", (long[])[.. padding, .. padding]),
            ("dilations", n.Ints("dilation")), ("group", n.Int("groups"))];
    }

    /// <summary>Windows as columns, by a convolution whose every filter takes one tap of one channel.</summary>
    private static void Im2Col(NodeContext n)
    {
        long[] kernel = n.Ints("kernelSize"), padding = n.Ints("padding");
        long channels = n.Shape(0)[1].Long;
        string columns = n.Op(
            "Conv", [n.X, Taps(n, channels, kernel)], ("kernel_shape", kernel), ("strides", n.Ints("stride")),
            ("pads", (long[])[.. padding, .. padding]), ("dilations", n.Ints("dilation")), ("group", channels));
        n.Set(n.Reshape(columns, n.OutShape));
    }

    /// <summary>The transpose of <see cref="Im2Col"/>.</summary>
    private static void Col2Im(NodeContext n)
    {
        long[] kernel = n.Ints("kernelSize"), padding = n.Ints("padding"), stride = n.Ints("stride"), dilation = n.Ints("dilation");
        Quantity[] shape = n.OutShape, columns = n.Shape(0);
        long[] output = n.Ints("outputSize"), windows = new long[2], rest = new long[2];
        for (int axis = 0; axis < 2; axis++)
        {
            long room = output[axis] + (2 * padding[axis]) - (dilation[axis] * (kernel[axis] - 1)) - 1;
            windows[axis] = (room / stride[axis]) + 1;
            rest[axis] = room % stride[axis];
        }

        string images = n.Reshape(n.X, [columns[0], columns[1], new Quantity(windows[0]), new Quantity(windows[1])]);
        n.Set(n.Op(
            "ConvTranspose", [images, Taps(n, shape[1].Long, kernel)], ("kernel_shape", kernel), ("strides", stride),
            ("pads", (long[])[.. padding, .. padding]), ("dilations", dilation), ("group", shape[1].Long), ("output_padding", rest)));
    }

    /// <summary>For each channel, a filter for each tap: [channels · taps, 1, kernel ..].</summary>
    private static string Taps(NodeContext n, long channels, long[] kernel)
    {
        int taps = (int)kernel.Aggregate(1L, static (product, length) => product * length);
        string key = $"taps {n.OutType} {channels} {string.Join(",", kernel)}";
        return n.Emitter.Shared(key, () => Tensor.Eye(taps, dtype: n.OutType)
            .Repeat((int)channels, 1).Reshape([(int)channels * taps, 1, .. kernel.Select(static length => (int)length)]));
    }

    private static void Resample(NodeContext n)
    {
        string mode = n.Text("mode"), kind = mode.Split(',')[0];
        if (mode.Contains("by factor", StringComparison.Ordinal))
        {
            throw n.Refused("its factor leaves a fraction of an element; give a size, or recomputeScaleFactor");
        }

        bool aligned = mode.Contains("aligned", StringComparison.Ordinal), smooth = mode.Contains("antialiased", StringComparison.Ordinal);
        List<(string, object)> told =
        [
            ("mode", kind switch { "Nearest" or "NearestExact" => "nearest", "Bicubic" => "cubic", _ => "linear" }),
            ("coordinate_transformation_mode", aligned ? "align_corners" : kind == "Nearest" ? "asymmetric" : "half_pixel"),
            ("nearest_mode", kind == "NearestExact" ? "round_prefer_ceil" : "floor"),
            ("cubic_coeff_a", smooth ? -0.5 : -0.75),
        ];
        if (smooth)
        {
            if (n.Opset < 18)
            {
                throw n.Refused("antialiased sizes came with opset 18");
            }

            told.AddRange([("antialias", 1), ("exclude_outside", 1)]);
        }

        // Planes as the channels of one image.
        Quantity[] shape = n.OutShape;
        string sizes = n.Emitter.Ints([new Quantity(1), .. shape]);
        n.Set(n.Squeeze(n.Op("Resize", [n.Unsqueeze(n.X, 0), "", "", sizes], [.. told]), 0));
    }
}
