namespace DeepLearning.Onnx.Import;

/// <summary>Convolutions and what turns columns into images.</summary>
internal static class ConvolutionOperators
{
    public static void Add(Operators to)
    {
        to.Add("Conv", static c => c.Keep(0, Convolved(c, c[0], c[1], c.TensorOrNull(2))));
        to.Add("ConvTranspose", static c => c.Keep(0, Transposed(c)));
        to.Add("Col2Im", static c => c.Keep(0, Col2Im(c)));
        to.Add("DeformConv", static c => c.Keep(0, Deformed(c)));
    }

    /// <summary>A convolution, as the node tells its steps and paddings.</summary>
    public static Tensor Convolved(Call c, Tensor x, Tensor weight, Tensor? bias)
    {
        int axes = Axes(x, weight);
        int[] source = x.Shape.ToArray()[2..];
        Windows windows = Windows.Of(c, source, weight.Shape.ToArray()[2..]);
        Tensor padded = windows.IsEven ? x : Windows.Padded(x, windows.Before, windows.After, 0.0);
        int[] padding = windows.IsEven ? windows.Before : new int[axes];
        int groups = c.Int32("group", 1);
        PerAxis stride = Each(windows.Strides), dilation = Each(windows.Dilations);
        return axes switch
        {
            1 => padded.Conv1d(weight, bias, stride, Each(padding), dilation, groups),
            2 => padded.Conv2d(weight, bias, stride, Each(padding), dilation, groups),
            _ => padded.Conv3d(weight, bias, stride, Each(padding), dilation, groups),
        };
    }

    /// <summary>Numbers of one to three axes.</summary>
    public static PerAxis Each(int[] numbers) => numbers switch
    {
        [var width] => width,
        [var height, var width] => (height, width),
        _ => (numbers[0], numbers[1], numbers[2]),
    };

    private static int Axes(Tensor x, Tensor weight) => x.Rank is >= 3 and <= 5 && weight.Rank == x.Rank
        ? x.Rank - 2
        : throw new OnnxException($"an input {x.Shape} and a weight {weight.Shape} do not fit: one to three spatial axes are supported.");

    private static Tensor Transposed(Call c)
    {
        Tensor x = c[0], weight = c[1];
        int axes = Axes(x, weight), groups = c.Int32("group", 1);
        int[] source = x.Shape.ToArray()[2..], kernel = weight.Shape.ToArray()[2..];
        int[] strides = Told(c, "strides", axes, 1), dilations = Told(c, "dilations", axes, 1);
        int[] more = Told(c, "output_padding", axes, 0), pads = Told(c, "pads", 2 * axes, 0);
        int[] before = pads[..axes], after = pads[axes..];
        long[]? asked = c.Ints("output_shape");
        string auto = c.Text("auto_pad", "NOTSET");
        for (int axis = 0; axis < axes; axis++)
        {
            int full = ((source[axis] - 1) * strides[axis]) + (dilations[axis] * (kernel[axis] - 1)) + 1 + more[axis];
            if (asked is not null || auto is "SAME_UPPER" or "SAME_LOWER")
            {
                int wanted = asked is null ? source[axis] * strides[axis] : Call.Small(asked[asked.Length - axes + axis], "output_shape");
                int total = full - wanted;
                // Rounded down, below 0 too.
                before[axis] = auto == "SAME_UPPER" ? total >> 1 : total - (total >> 1);
                after[axis] = total - before[axis];
            }
        }

        // The whole transposed convolution, then cut or continued; the bias comes to what is added, too.
        PerAxis stride = Each(strides), dilation = Each(dilations);
        Tensor y = axes switch
        {
            1 => x.ConvTranspose1d(weight, null, stride, default, default, groups, dilation),
            2 => x.ConvTranspose2d(weight, null, stride, default, default, groups, dilation),
            _ => x.ConvTranspose3d(weight, null, stride, default, default, groups, dilation),
        };
        y = Windows.Padded(
            y, Array.ConvertAll(before, static pad => -pad), [.. after.Select((pad, axis) => more[axis] - pad)], 0.0);
        return c.Has(2) ? y.Add(c[2].Reshape([-1, .. Enumerable.Repeat(1, axes)])) : y;
    }

    private static int[] Told(Call c, string name, int count, int otherwise) => c.Ints(name) is { Length: > 0 } given
        ? given.Length == count
            ? Array.ConvertAll(given, number => Call.Small(number, name))
            : throw new OnnxException($"{name} has {given.Length} numbers, and {count} are needed.")
        : [.. Enumerable.Repeat(otherwise, count)];

    /// <summary>Adds up columns of windows at their places in images.</summary>
    private static Tensor Col2Im(Call c)
    {
        Tensor x = c[0];
        int[] image = Call.Lengths(c.AllNumbers(1)), block = Call.Lengths(c.AllNumbers(2));
        int axes = image.Length;
        int[] strides = Told(c, "strides", axes, 1), dilations = Told(c, "dilations", axes, 1), pads = Told(c, "pads", 2 * axes, 0);
        int taps = block.Aggregate(1, static (product, length) => product * length);
        int batch = x.Size(0), channels = x.Size(1) / taps;
        int[] windows = new int[axes], padded = new int[axes];
        for (int axis = 0; axis < axes; axis++)
        {
            padded[axis] = image[axis] + pads[axis] + pads[axes + axis];
            windows[axis] = ((padded[axis] - (dilations[axis] * (block[axis] - 1)) - 1) / strides[axis]) + 1;
        }

        int size = padded.Aggregate(1, static (product, length) => checked(product * length)), count = x.Size(2);
        long[] places = new long[(long)taps * count];
        for (int tap = 0; tap < taps; tap++)
        {
            for (int window = 0; window < count; window++)
            {
                (int restTap, int restWindow, long place, long stride) = (tap, window, 0, 1);
                for (int axis = axes - 1; axis >= 0; axis--)
                {
                    place += stride * ((restWindow % windows[axis] * strides[axis]) + (restTap % block[axis] * dilations[axis]));
                    (restTap, restWindow, stride) = (restTap / block[axis], restWindow / windows[axis], stride * padded[axis]);
                }

                places[((long)tap * count) + window] = place;
            }
        }

        Tensor index = Tensor.From(places).Reshape(1, 1, -1).Expand(batch, channels, places.Length).Contiguous();
        Tensor sums = Tensor.Zeros([batch, channels, size], x.DType).ScatterAdd(2, index, x.Reshape(batch, channels, -1));
        Tensor images = sums.Reshape([batch, channels, .. padded]);
        return Windows.Padded(
            images, [.. Enumerable.Range(0, axes).Select(axis => -pads[axis])], [.. Enumerable.Range(0,
                axes).Select(axis => -pads[axes + axis])],
            0.0);
    }

    /// <summary>A convolution of two axes whose taps are read at places that offsets give, between elements.</summary>
    private static Tensor Deformed(Call c)
    {
        Tensor x = c[0], weight = c[1], offset = c[2];
        if (x.Rank != 4)
        {
            throw new OnnxException($"images [N, C, H, W] are needed, not a tensor {x.Shape}.");
        }

        int groups = c.Int32("group", 1), parts = c.Int32("offset_group", 1);
        int batch = x.Size(0), channels = x.Size(1), height = x.Size(2), width = x.Size(3), each = channels / parts;
        Windows windows = Windows.Of(c, [height, width], weight.Shape.ToArray()[2..]);
        (int rows, int columns) = (windows.Kernel[0], windows.Kernel[1]);
        (int oh, int ow, int taps) = (windows.Outputs[0], windows.Outputs[1], rows * columns);
        Tensor shifts = offset.Reshape(batch, parts, taps, 2, oh, ow);
        Tensor mask = c.Has(4) ? c[4].Reshape(batch, parts, taps, oh, ow) : Tensor.Ones([batch, parts, taps, oh, ow], x.DType);
        Tensor[] columnsOf = new Tensor[taps];
        for (int tap = 0; tap < taps; tap++)
        {
            Tensor y = Tensor.Arange(0, oh).Multiply(windows.Strides[0]).Add((tap / columns * windows.Dilations[0]) - windows.Before[0])
                .To(x.DType).Reshape(1, 1, oh, 1).Add(shifts.Select(2, tap).Select(2, 0));
            Tensor z = Tensor.Arange(0, ow).Multiply(windows.Strides[1]).Add((tap % columns * windows.Dilations[1]) - windows.Before[1])
                .To(x.DType).Reshape(1, 1, 1, ow).Add(shifts.Select(2, tap).Select(2, 1));

            // Places of pixels, from −1 to 1, as a grid takes them.
            Tensor grid = Tensor.Stack(
                [z.Multiply(2.0).Add(1.0).Divide(width).Subtract(1.0), y.Multiply(2.0).Add(1.0).Divide(height).Subtract(1.0)], -1);
            Tensor sampled = x.Reshape(batch * parts, each, height, width)
                .GridSample(grid.Reshape(batch * parts, oh, ow, 2), InterpolationMode.Bilinear, GridPadding.Zeros, false);
            columnsOf[tap] = sampled.Reshape(batch, parts, each, oh, ow).Multiply(mask.Select(2, tap).Unsqueeze(2)).Reshape(batch,
                channels, oh * ow);
        }

        int outputs = weight.Size(0), inner = channels / groups;
        Tensor stacked = Tensor.Stack(columnsOf, 2).Reshape(batch, groups, inner * taps, oh * ow);
        Tensor filters = weight.Reshape(1, groups, outputs / groups, inner * taps);
        Tensor result = filters.MatMul(stacked).Reshape(batch, outputs, oh, ow);
        return c.Has(3) ? result.Add(c[3].Reshape(-1, 1, 1)) : result;
    }
}
