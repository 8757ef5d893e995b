using DeepLearning.Tests.Infrastructure;

namespace DeepLearning.Tests.AutogradTests.Sweep;

/// <summary>Makes the inputs of a row in every kind of memory and shape.</summary>
internal static class SweepInputs
{
    /// <summary>All sets of inputs that a row is checked on, each with a name.</summary>
    public static IEnumerable<(string Kind, Tensor[] Inputs)> Of(SweepRow row)
    {
        int[][] shapes = [.. row.Inputs.Select(static i => i.Shape)];
        yield return ("plain", Make(row, shapes, Contiguous));
        yield return ("transposed", Make(row, shapes, Transposed));
        yield return ("every second element", Make(row, shapes, Stepped));
        yield return ("part of a larger tensor", Make(row, shapes, Inner));
        foreach (int[][] more in row.MoreShapes)
        {
            yield return (Format(more), Make(row, more, Contiguous));
            yield return (Format(more) + " stepped", Make(row, more, Stepped));
        }

        if (!row.IsElementwise)
        {
            yield break;
        }

        int count = row.Inputs.Length;
        foreach (int[] shape in (int[][])[[0], [2, 0, 3], [1], [1, 1, 1], [], [7], [2, 1, 2]])
        {
            yield return (Format([shape]), Make(row, [.. Enumerable.Repeat(shape, count)], Contiguous));
        }

        if (count == 1)
        {
            yield break;
        }

        // Each input in turn is stretched along the first, the last, all and the inner axes of the others.
        for (int k = 0; k < count; k++)
        {
            foreach (int[] small in (int[][])[[3], [2, 1], [], [1, 1]])
            {
                int[][] stretched = [.. Enumerable.Range(0, count).Select(i => i == k ? small : [2, 3])];
                yield return (Format(stretched), Make(row, stretched, Contiguous));
            }

            int[][] crossed = [.. Enumerable.Range(0, count).Select(i => i == k ? new[] { 2, 1 } : [1, 3])];
            yield return (Format(crossed), Make(row, crossed, Contiguous));
            int[][] nothing = [.. Enumerable.Range(0, count).Select(i => i == k ? new[] { 1 } : [2, 0])];
            yield return (Format(nothing), Make(row, nothing, Contiguous));
            int[][] views = [.. Enumerable.Range(0, count).Select(i => i == k ? new[] { 3, 1 } : [3, 2])];
            yield return (Format(views) + " transposed", Make(row, views, Transposed));
        }
    }

    /// <summary>Numbers of a domain that look random, are all different and always the same.</summary>
    public static double[] Numbers(Draw from, int count, int seed)
    {
        double[] numbers = new double[count];
        for (int i = 0; i < count; i++)
        {
            double u = ((i + 1) * 0.6180339887498949) + (seed * 0.4142135623730951);
            u -= Math.Floor(u);
            numbers[i] = from switch
            {
                Draw.Real => AwayFromKinks((4.8 * u) - 2.4),
                Draw.Positive => AwayFromKinks(0.3 + (2.4 * u)),
                Draw.Unit => AwayFromKinks((1.8 * u) - 0.9),
                Draw.Probability => 0.1 + (0.8 * u),
                _ => 1.2 + (1.8 * u),
            };
        }

        return numbers;
    }

    // Every cell of width ½ is drawn together toward its middle, which keeps the order of the numbers.
    private static double AwayFromKinks(double x)
    {
        double cell = Math.Floor(x * 2) / 2;
        return cell + 0.06 + ((x - cell) * 0.76);
    }

    private static Tensor[] Make(SweepRow row, int[][] shapes, Func<double[], int[], Tensor> place)
    {
        Tensor[] inputs = new Tensor[shapes.Length];
        for (int i = 0; i < inputs.Length; i++)
        {
            double[] numbers = Numbers(row.Inputs[i].From, shapes[i].Aggregate(1, static (a, b) => a * b), i);
            inputs[i] = OnDevice(place(numbers, shapes[i]).Detach());
            Assert.Equal(numbers, inputs[i].ToArray<double>());
            inputs[i].RequiresGrad = true;
        }

        return inputs;
    }

    /// <summary>The same numbers in memory of the same layout on the device of the test.</summary>
    private static Tensor OnDevice(Tensor x)
    {
        if (ReferenceEquals(TestDevice.Current, Device.Cpu))
        {
            return x;
        }

        Tensor moved = Tensor.EmptyStrided(x.Layout, x.DType, TestDevice.Current);
        return moved.CopyFrom(x);
    }

    private static Tensor Contiguous(double[] numbers, int[] shape) => Tensor.From(numbers, shape);

    private static Tensor Transposed(double[] numbers, int[] shape)
    {
        if (shape.Length < 2)
        {
            return Stepped(numbers, shape);
        }

        int[] axes = [.. Enumerable.Range(0, shape.Length).Reverse()];
        return Tensor.From(numbers, shape).Permute(axes).Contiguous().Permute(axes);
    }

    private static Tensor Stepped(double[] numbers, int[] shape)
    {
        if (shape.Length == 0)
        {
            return Tensor.From([7.0, 8.0, numbers[0]])[2];
        }

        Tensor wide = Tensor.Full([.. shape.AsSpan(0, shape.Length - 1), 2 * shape[^1]], 77.0, DType.Float64);
        Tensor view = wide.AsStrided(shape, 2);
        return view.CopyFrom(Tensor.From(numbers, shape));
    }

    private static Tensor Inner(double[] numbers, int[] shape)
    {
        if (shape.Length == 0)
        {
            return Tensor.From(numbers, shape);
        }

        int[] larger = [.. shape.Select(static n => n + 2)];
        Tensor view = Tensor.Full(larger, 77.0, DType.Float64);
        for (int axis = 0; axis < shape.Length; axis++)
        {
            view = view.Narrow(axis, 1, shape[axis]);
        }

        return view.CopyFrom(Tensor.From(numbers, shape));
    }

    // The elements of the last axis `step` apart.
    private static Tensor AsStrided(this Tensor wide, int[] shape, int step)
    {
        long[] strides = wide.Strides.ToArray();
        strides[^1] *= step;
        return wide.ViewAs(new Layout(shape, strides, 1 % (int)Math.Max(wide.Count, 1)));
    }

    private static string Format(int[][] shapes) =>
        string.Join(" and ", shapes.Select(static s => $"[{string.Join(", ", s)}]"));
}
