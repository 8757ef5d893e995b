namespace DeepLearning.Onnx.Import;

/// <summary>Tensors in other sizes: each axis is a product with a matrix of weights, or a choice of elements.</summary>
internal static class ResizeOperators
{
    public static void Add(Operators to)
    {
        to.Add("Upsample", static c => c.Keep(0, Upsample(c)));
        to.Add("Resize", static c => c.Keep(0, Upsample(c)));
        to.Add("Resize", 11, static c => c.Keep(0, Resize(c)));
        to.Add("GridSample", GridSample);
        to.Add("AffineGrid", static c =>
        {
            int[] size = Call.Lengths(c.AllNumbers(1));
            return c.Keep(0, c[0].AffineGrid(size, c.Flag("align_corners")));
        });
    }

    /// <summary>Before opset 11: every place is that of the output, divided by the scale.</summary>
    private static Tensor Upsample(Call c)
    {
        Tensor x = c[0];
        double[] scales = c.Has(1) ? Numbers(c, 1) : Array.ConvertAll(c.Floats("scales") ?? [], static scale => (double)scale);
        if (scales.Length != x.Rank)
        {
            throw new OnnxException($"{scales.Length} scales do not fit {x.Rank} axes.");
        }

        ResizeRule rule = new("asymmetric", c.Text("mode", "nearest"), "floor", -0.75, false, false);
        for (int axis = 0; axis < x.Rank; axis++)
        {
            x = rule.Along(x, axis, scales[axis], (int)Math.Floor(x.Size(axis) * scales[axis]), 0, 1, 0);
        }

        return x;
    }

    private static Tensor Resize(Call c)
    {
        Tensor x = c[0];
        int[] axes = c.Ints("axes") is { } given ? Call.Axes(given, x.Rank) : [.. Enumerable.Range(0, x.Rank)];
        double[]? scales = c.Has(2) && c[2].Count > 0 ? Numbers(c, 2) : null;
        long[]? sizes = c.Has(3) && c[3].Count > 0 ? c.Numbers(3) : null;
        double[]? roi = c.Has(1) && c[1].Count > 0 ? Numbers(c, 1) : null;
        if ((scales is null) == (sizes is null) || (scales?.Length ?? sizes!.Length) != axes.Length)
        {
            throw new OnnxException($"either a scale or a size for each of {axes.Length} axes is needed.");
        }

        int[] lengths = new int[axes.Length];
        if (scales is null)
        {
            (scales, lengths) = Sized(c.Text("keep_aspect_ratio_policy", "stretch"), x, axes, sizes!);
        }
        else
        {
            lengths = [.. axes.Select((axis, i) => Call.Small((long)Math.Floor(x.Size(axis) * scales[i]), "a length"))];
        }

        Limits.Check([.. Enumerable.Range(0, x.Rank).Select(axis => Array.IndexOf(axes, axis) is >= 0 and var i ? lengths[i]
            : x.Size(axis))]);
        ResizeRule rule = new(
            c.Text("coordinate_transformation_mode", "half_pixel"), c.Text("mode", "nearest"), c.Text("nearest_mode", "round_prefer_floor"),
            c.Float("cubic_coeff_a", -0.75f), c.Flag("exclude_outside"), c.Flag("antialias"));
        DType dtype = x.DType;
        for (int i = 0; i < axes.Length; i++)
        {
            x = rule.Along(
                x, axes[i], scales[i], lengths[i], roi?[i] ?? 0, roi?[axes.Length + i] ?? 1, c.Float("extrapolation_value", 0));
        }

        return dtype.IsFloatingPoint() || x.DType == dtype ? x : x.Round().To(dtype);
    }

    private static (double[] Scales, int[] Lengths) Sized(string policy, Tensor x, int[] axes, long[] sizes)
    {
        double[] each = [.. axes.Select((axis, i) => (double)sizes[i] / x.Size(axis))];
        if (policy == "stretch")
        {
            return (each, Call.Lengths(sizes));
        }

        double one = policy == "not_larger" ? each.Min() : each.Max();
        return (
            [.. each.Select(_ => one)],
            [.. axes.Select(axis => Call.Small((long)Math.Round(x.Size(axis) * one, MidpointRounding.AwayFromZero), "a length"))]);
    }

    private static double[] Numbers(Call c, int i) => c[i].Detach().To(DType.Float64).ToArray<double>();

    private static Value GridSample(Call c)
    {
        InterpolationMode mode = c.Text("mode", "bilinear") switch
        {
            "nearest" => InterpolationMode.Nearest,
            "bicubic" or "cubic" => InterpolationMode.Bicubic,
            _ => InterpolationMode.Bilinear,
        };
        GridPadding padding = c.Text("padding_mode", "zeros") switch
        {
            "border" => GridPadding.Border,
            "reflection" => GridPadding.Reflection,
            _ => GridPadding.Zeros,
        };
        return c.Keep(0, c[0].GridSample(c[1].To(c[0].DType), mode, padding, c.Flag("align_corners")));
    }
}

/// <summary>Where the elements of a resized axis are taken from, and with which weights.</summary>
internal sealed record ResizeRule(
    string Coordinates, string Mode, string Nearest, double CubicA, bool ExcludeOutside, bool Antialias)
{
    /// <summary>Resizes one axis.</summary>
    /// <param name="x">The tensor.</param>
    /// <param name="axis">The axis.</param>
    /// <param name="scale">The length of the result by that of the input.</param>
    /// <param name="length">The length of the result.</param>
    /// <param name="start">The start of the region that is taken, of the whole axis.</param>
    /// <param name="end">Its end.</param>
    /// <param name="outside">What stands outside of the input, where the rule knows an outside.</param>
    public Tensor Along(Tensor x, int axis, double scale, int length, double start, double end, double outside)
    {
        int source = x.Size(axis);
        bool crops = Coordinates == "tf_crop_and_resize";
        if (scale == 1 && length == source && !crops)
        {
            return x;
        }

        if (source == 0)
        {
            throw new OnnxException($"axis {axis} of a tensor {x.Shape} is empty, and cannot be resized.");
        }

        double[] places = [.. Enumerable.Range(0, length).Select(i => Place(i, source, scale, length, start, end))];
        Tensor y = Mode == "nearest"
            ? x.IndexSelect(axis, Tensor.From(Array.ConvertAll(places, place => Chosen(place, source))))
            : Weighed(x.DType.IsFloatingPoint() ? x : x.To(DType.Float32), axis, places, source, scale);
        if (!crops || !places.Any(place => place < 0 || place > source - 1))
        {
            return y;
        }

        int[] shape = [.. Enumerable.Repeat(1, x.Rank)];
        shape[axis] = length;
        Tensor isOutside = Tensor.From(Array.ConvertAll(places, place => place < 0 || place > source - 1), shape);
        return Tensor.Where(isOutside, Tensor.FromScalar(outside, DType.Float64).To(y.DType), y);
    }

    private double Place(int i, int source, double scale, int length, double start, double end)
    {
        double outputs = scale * source;
        return Coordinates switch
        {
            "align_corners" => outputs == 1 ? 0 : i * (source - 1) / (outputs - 1),
            "asymmetric" => i / scale,
            "tf_crop_and_resize" => (start * (source - 1)) + (outputs == 1
                ? (end - start) * (source - 1) / 2
                : i * (end - start) * (source - 1) / (outputs - 1)),
            "pytorch_half_pixel" => outputs == 1 ? -0.5 : ((i + 0.5) / scale) - 0.5,
            "half_pixel" => ((i + 0.5) / scale) - 0.5,
            "half_pixel_symmetric" => (source / 2.0 * (1 - (length / outputs))) + ((i + 0.5) / scale) - 0.5,
            "tf_half_pixel_for_nn" => (i + 0.5) / scale,
            _ => throw new OnnxException($"the coordinates {OnnxException.Quote(Coordinates)} are not known."),
        };
    }

    private long Chosen(double place, int source) => (long)Math.Clamp(
        Nearest switch
        {
            "round_prefer_floor" => Math.Ceiling(place - 0.5),
            "round_prefer_ceil" => Math.Floor(place + 0.5),
            "floor" => Math.Floor(place),
            "ceil" => Math.Ceiling(place),
            _ => throw new OnnxException($"the rounding {OnnxException.Quote(Nearest)} is not known."),
        },
        0, source - 1);

    private Tensor Weighed(Tensor x, int axis, double[] places, int source, double scale)
    {
        double[] matrix = new double[(long)places.Length * source];
        for (int i = 0; i < places.Length; i++)
        {
            foreach ((long neighbor, double weight) in Neighbors(places[i], source, scale))
            {
                matrix[((long)i * source) + Math.Clamp(neighbor, 0, source - 1)] += weight;
            }
        }

        Tensor weights = Tensor.From(matrix, places.Length, source).To(x.DType.Compute());
        return x.To(x.DType.Compute()).MoveAxis(axis, -1).MatMul(weights.T).MoveAxis(-1, axis).To(x.DType);
    }

    private List<(long Place, double Weight)> Neighbors(double place, int source, double scale)
    {
        // With antialiasing, the weights of a smaller result reach further.
        double shrink = Antialias ? Math.Min(scale, 1) : 1, reach = (Mode == "cubic" ? 2 : 1) / shrink;
        List<(long, double)> neighbors = [];
        double sum = 0;
        for (long i = (long)Math.Floor(place - reach) + 1; i < place + reach; i++)
        {
            double weight = Weight((i - place) * shrink);
            if (!ExcludeOutside || (i >= 0 && i < source))
            {
                neighbors.Add((i, weight));
                sum += weight;
            }
        }

        return Antialias || ExcludeOutside ? neighbors.ConvertAll(pair => (pair.Item1, pair.Item2 / sum)) : neighbors;
    }

    private double Weight(double distance)
    {
        double x = Math.Abs(distance);
        if (Mode != "cubic")
        {
            return Math.Max(1 - x, 0);
        }

        return x <= 1 ? ((((CubicA + 2) * x) - (CubicA + 3)) * x * x) + 1
            : x < 2 ? (((((CubicA * x) - (5 * CubicA)) * x) + (8 * CubicA)) * x) - (4 * CubicA)
            : 0;
    }
}
