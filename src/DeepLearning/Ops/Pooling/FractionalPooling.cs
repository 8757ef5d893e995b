using System.Numerics;

namespace DeepLearning;

/// <summary>Max pooling whose windows lie elsewhere in every channel, over two or three spatial axes.</summary>
internal static class FractionalPooling
{
    /// <summary>The greatest elements, NaN above all, and their positions.</summary>
    public static ValuesAndIndices Run(
        Tensor x, PerAxis kernel, PerAxis? outputSize, ScalePerAxis? ratio, Tensor? samples, Generator? generator, int axes,
        string operation)
    {
        CheckOutputs(kernel, outputSize, ratio, axes, operation);
        Pooling.CheckImages(x, axes, operation);
        int[] source = x.Layout.Lengths.AsSpan(x.Rank - axes).ToArray(), outputs = new int[axes];
        for (int axis = 0; axis < axes; axis++)
        {
            outputs[axis] = outputSize?[axis] ?? (int)(source[axis] * ratio!.Value[axis]);
            if (outputs[axis] < 1 || outputs[axis] + (long)kernel[axis] - 1 > source[axis])
            {
                throw new ShapeException(
                    $"{operation}: {outputs[axis]} windows of {kernel[axis]} do not fit axis {axis} of length {source[axis]} of the images "
                    + $"of an input {x.Shape}; the windows must be at least one, and with the kernel less 1 at most the length.");
            }
        }

        Tensor images = x.To(x.DType.Compute());
        int planes = (int)Shape.CountOf(x.Layout.Lengths.AsSpan(0, x.Rank - axes));
        Tensor places;
        using (GradMode.NoGrad())
        {
            Tensor placing = Samples(x, samples, generator, axes, operation).To(images.DType);
            long[][] starts = images.DType == DType.Float64
                ? Starts(placing.ToArray<double>(), planes, source, outputs, kernel)
                : Starts(placing.ToArray<float>(), planes, source, outputs, kernel);
            places = Places(images.Detach().Reshape(planes, -1), source, outputs, kernel, starts);
        }

        int[] lengths = [.. x.Layout.Lengths.AsSpan(0, x.Rank - axes), .. outputs];
        Tensor values = images.Reshape(planes, (int)Shape.CountOf(source)).Gather(1, places);
        return new ValuesAndIndices(values.Reshape(lengths).To(x.DType), places.Reshape(lengths));
    }

    /// <summary>Refuses a kernel, size or ratio that fits no input at all.</summary>
    public static void CheckOutputs(PerAxis kernelSize, PerAxis? outputSize, ScalePerAxis? outputRatio, int axes, string operation)
    {
        kernelSize.Check(axes, 1, "kernel size", operation);
        if (outputSize is null == outputRatio is null)
        {
            throw new ArgumentException(
                $"{operation}: {(outputSize is null ? "neither" : "both")} of output size and output ratio given; give one of them.",
                nameof(outputSize));
        }

        outputSize?.Check(axes, 1, "output size", operation);
        outputRatio?.Check(axes, 1, "output ratio", operation);
    }

    private static Tensor Samples(Tensor x, Tensor? samples, Generator? generator, int axes, string operation)
    {
        int[] wanted = [x.Rank == axes + 2 ? x.Size(0) : 1, x.Size(x.Rank - axes - 1), axes];
        if (samples is null)
        {
            // The same places whatever the type of the input.
            return Tensor.Rand(wanted, DType.Float32, generator);
        }

        if (!samples.Shape.AsSpan().SequenceEqual(wanted))
        {
            throw new ShapeException(
                $"{operation}: random samples {samples.Shape} do not fit an input {x.Shape}; they must be {Shape.Format(wanted)}.");
        }

        if (!samples.DType.IsFloatingPoint())
        {
            throw new DTypeException(
                $"{operation}: random samples of {samples.DType.Name()} do not fit; they must be of a floating-point type.");
        }

        Tensor inside = samples.GreaterOrEqual(0.0).LogicalAnd(samples.Less(1.0));
        return inside.All().Item<bool>() ? samples.Detach() : throw new ArgumentOutOfRangeException(
            nameof(samples), $"{operation}: a random sample is not in [0, 1).");
    }

    /// <summary>Where windows begin along each axis, plane after plane, in the arithmetic of the element type as PyTorch has it.</summary>
    private static long[][] Starts<T>(T[] samples, int planes, int[] source, int[] outputs, PerAxis kernel)
        where T : unmanaged, IFloatingPoint<T>
    {
        int axes = source.Length;
        long[][] starts = new long[axes][];
        for (int axis = 0; axis < axes; axis++)
        {
            int count = outputs[axis], room = source[axis] - kernel[axis];
            long[] all = starts[axis] = new long[planes * count];
            T step = count > 1 ? T.CreateChecked(room) / T.CreateChecked(count - 1) : T.Zero;
            for (int plane = 0; plane < planes; plane++)
            {
                // Of two axes the width's number comes first, of three the depth's.
                T sample = samples[(plane * axes) + (axes == 2 ? 1 - axis : axis)];
                for (int i = 0; i < count - 1; i++)
                {
                    all[(plane * count) + i] =
                        long.CreateTruncating((T.CreateChecked(i) + sample) * step) - long.CreateTruncating(sample * step);
                }

                all[(plane * count) + count - 1] = room;
            }
        }

        return starts;
    }

    /// <summary>The positions [planes, windows] of the greatest elements: one place of the windows after the other.</summary>
    private static Tensor Places(Tensor x, int[] source, int[] outputs, PerAxis kernel, long[][] starts)
    {
        int planes = x.Size(0), axes = source.Length;
        int windows = (int)Shape.CountOf(outputs);
        Tensor first = Tensor.Zeros([1], DType.Int64, x.Device);
        int[] distances = new int[axes];
        for (int axis = axes - 1, distance = 1; axis >= 0; distance *= source[axis], axis--)
        {
            distances[axis] = distance;
            int[] shape = [planes, .. Enumerable.Repeat(1, axes)];
            shape[axis + 1] = outputs[axis];
            first = first + (Tensor.From(starts[axis], shape).To(x.Device) * distance);
        }

        first = first.Expand([planes, .. outputs]).Reshape(planes, windows);
        Tensor best = x.Gather(1, first), at = first;
        int taps = 1;
        for (int axis = 0; axis < axes; axis++)
        {
            taps *= kernel[axis];
        }

        for (int tap = 1; tap < taps; tap++)
        {
            int offset = 0;
            for (int axis = axes - 1, rest = tap; axis >= 0; rest /= kernel[axis], axis--)
            {
                offset += rest % kernel[axis] * distances[axis];
            }

            Tensor place = first + offset, value = x.Gather(1, place);
            Tensor wins = value.Greater(best).LogicalOr(value.IsNaN());
            best = Tensor.Where(wins, value, best);
            at = Tensor.Where(wins, place, at);
        }

        return at;
    }
}
