namespace DeepLearning.Backends;

/// <summary>
/// The windows of one axis of a pooling: output i sees source elements First[i], First[i] + Step, … below End[i]. All windows lie in the
/// source and hold an element.
/// </summary>
internal sealed class PoolAxis
{
    /// <summary>An axis of length 1, which no pooling changes.</summary>
    public static PoolAxis None { get; } = Adaptive(1, 1);

    private PoolAxis(int source, int outputs)
    {
        Source = source;
        First = new int[outputs];
        End = new int[outputs];
        Counts = new int[outputs];
    }

    /// <summary>The length of the source.</summary>
    public int Source { get; }

    public int Outputs => First.Length;

    /// <summary>The first element of each window.</summary>
    public int[] First { get; }

    /// <summary>Where each window ends, exclusive.</summary>
    public int[] End { get; }

    /// <summary>The elements by which a mean over each window divides.</summary>
    public int[] Counts { get; }

    /// <summary>The distance between the elements of a window.</summary>
    public int Step { get; private init; } = 1;

    /// <summary>The elements of a whole window, with what the padding cuts off; 0 for windows of different sizes.</summary>
    public int Kernel { get; private init; }

    /// <summary>The distance between windows.</summary>
    public int Stride { get; private init; }

    /// <summary>How far the first window reaches over the start.</summary>
    public int Padding { get; private init; }

    /// <summary>True when windows are the pairs (0, 1), (2, 3), …</summary>
    public bool IsPairs { get; private set; }

    /// <summary>True when there is one window, of the whole source.</summary>
    public bool IsWhole => Outputs == 1 && First[0] == 0 && End[0] == Source && Step == 1;

    /// <summary>The number of windows of a size and stride; at most 0 when none fits.</summary>
    public static long CountWindows(long source, long kernel, long stride, long padding, long dilation, bool ceil)
    {
        long room = source + (2 * padding) - (dilation * (kernel - 1)) - 1;
        if (room < 0 && !(ceil && room > -stride))
        {
            return 0;
        }

        long outputs = ((room + (ceil ? stride - 1 : 0)) / stride) + 1;

        // The last window must start in the source or the padding before it.
        return ceil && (outputs - 1) * stride >= source + padding ? outputs - 1 : outputs;
    }

    /// <summary>Windows at equal distances; padding counts in a mean when asked.</summary>
    public static PoolAxis Windows(int source, int outputs, int kernel, int stride, int padding, int dilation, bool countPadding)
    {
        PoolAxis axis = new(source, outputs)
        {
            Step = dilation,
            Kernel = kernel,
            Stride = stride,
            Padding = padding,
            IsPairs = (kernel, stride, padding, dilation) == (2, 2, 0, 1),
        };
        long reach = (dilation * (long)(kernel - 1)) + 1;
        for (int i = 0; i < outputs; i++)
        {
            long start = ((long)i * stride) - padding, end = start + reach;
            long first = start < 0 ? start + ((-start + dilation - 1) / dilation * dilation) : start;
            axis.First[i] = (int)Math.Min(first, source);
            axis.End[i] = (int)Math.Min(end, source);
            long span = countPadding ? Math.Min(end, source + (long)padding) - start : axis.End[i] - axis.First[i];
            axis.Counts[i] = (int)((span + dilation - 1) / dilation);
            axis.IsPairs &= end <= source;
        }

        return axis;
    }

    /// <summary>Windows that cover the source evenly: output i sees ⌊i · source / outputs⌋ to ⌈(i + 1) · source / outputs⌉ − 1.</summary>
    public static PoolAxis Adaptive(int source, int outputs)
    {
        PoolAxis axis = new(source, outputs);
        for (int i = 0; i < outputs; i++)
        {
            axis.First[i] = (int)((long)i * source / outputs);
            axis.End[i] = (int)((((i + 1L) * source) + outputs - 1) / outputs);
            axis.Counts[i] = axis.End[i] - axis.First[i];
        }

        axis.IsPairs = source == 2 * outputs;
        return axis;
    }

    /// <summary>Whether a mean over a window counts more than the elements it holds.</summary>
    public bool CountsPadding
    {
        get
        {
            for (int i = 0; i < Outputs; i++)
            {
                if (Counts[i] != (End[i] - First[i] + Step - 1) / Step)
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>The first window that holds no element, or -1.</summary>
    public int FindEmpty()
    {
        for (int i = 0; i < Outputs; i++)
        {
            if (First[i] >= End[i])
            {
                return i;
            }
        }

        return -1;
    }
}
