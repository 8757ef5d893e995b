namespace DeepLearning.Backends;

/// <summary>
/// Pooling over the last two axes of tensors [planes, height, width] of float32 and float64. The base versions take one window of one axis
/// after the other: first the rows of each window, then its columns.
/// </summary>
internal abstract partial class Backend
{
    /// <summary>
    /// y = the greatest element of each window, NaN above all; <paramref name="indices"/> (int32), where not null, its position in the
    /// plane: the first of equals, the last of several NaN.
    /// </summary>
    public virtual void MaxPool(PoolAxis vertical, PoolAxis horizontal, Tensor x, Tensor y, Tensor? indices)
    {
        using GradMode.Region region = GradMode.NoGrad();
        Tensor source = x.Detach();
        for (int i = 0; i < vertical.Outputs; i++)
        {
            Tensor rows = WindowOf(source, vertical, i, 1);
            for (int j = 0; j < horizontal.Outputs; j++)
            {
                Tensor window = WindowOf(rows, horizontal, j, 2);
                int width = window.Size(2);

                // Turned round, the first NaN is the last one.
                Tensor flat = window.Reshape(window.Size(0), window.Size(1) * width);
                ValuesAndIndices last = flat.Flip(1).Max(1), first = flat.Max(1);
                Copy(first.Values, y.Select(2, j).Select(1, i));
                if (indices is not null)
                {
                    Tensor at = Tensor.Where(first.Values.IsNaN(), flat.Size(1) - 1 - last.Indices, first.Indices);
                    Tensor row = (at.FloorDivide(width) * vertical.Step) + vertical.First[i];
                    Tensor column = (at.Remainder(width) * horizontal.Step) + horizontal.First[j];
                    Copy((row * horizontal.Source) + column, indices.Select(2, j).Select(1, i));
                }
            }
        }
    }

    /// <summary>dx = for each element the sum of the gradients of the windows that took it</summary>
    public virtual void MaxPoolBackward(Tensor dy, Tensor indices, Tensor dx)
    {
        using GradMode.Region region = GradMode.NoGrad();
        Fill(dx, 0);
        dx.Flatten(1).ScatterAddInPlace(1, indices.Flatten(1).To(DType.Int64), dy.Detach().Flatten(1));
    }

    /// <summary>y = the sum of each window over <paramref name="divisor"/>, or over its count where that is null</summary>
    public virtual void AveragePool(PoolAxis vertical, PoolAxis horizontal, int? divisor, Tensor x, Tensor y)
    {
        using GradMode.Region region = GradMode.NoGrad();
        for (int i = 0; i < vertical.Outputs; i++)
        {
            Tensor rows = WindowOf(x.Detach(), vertical, i, 1).Sum(1);
            for (int j = 0; j < horizontal.Outputs; j++)
            {
                double count = divisor ?? ((double)vertical.Counts[i] * horizontal.Counts[j]);
                Copy(WindowOf(rows, horizontal, j, 1).Sum(1) / count, y.Select(2, j).Select(1, i));
            }
        }
    }

    /// <summary>dx = the gradient of x from that of y: each is shared out over its window</summary>
    public virtual void AveragePoolBackward(PoolAxis vertical, PoolAxis horizontal, int? divisor, Tensor dy, Tensor dx)
    {
        using GradMode.Region region = GradMode.NoGrad();
        Fill(dx, 0);
        for (int i = 0; i < vertical.Outputs; i++)
        {
            Tensor rows = WindowOf(dx, vertical, i, 1);
            for (int j = 0; j < horizontal.Outputs; j++)
            {
                double count = divisor ?? ((double)vertical.Counts[i] * horizontal.Counts[j]);
                WindowOf(rows, horizontal, j, 2).AddInPlace(dy.Detach().NarrowAxis(1, i, 1).NarrowAxis(2, j, 1) / count);
            }
        }
    }

    /// <summary>The elements that one window of an axis sees.</summary>
    private static Tensor WindowOf(Tensor x, PoolAxis windows, int output, int axis)
    {
        int length = (windows.End[output] - windows.First[output] + windows.Step - 1) / windows.Step;
        return x.NarrowAxis(axis, windows.First[output], length, windows.Step);
    }
}
