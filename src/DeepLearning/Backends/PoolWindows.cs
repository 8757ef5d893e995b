namespace DeepLearning.Backends;

/// <summary>
/// The windows of a pooling over one to three spatial axes. The axes that are used are the last ones; those before are
/// <see cref="PoolAxis.None"/>.
/// </summary>
/// <param name="Axes">How many spatial axes there are.</param>
/// <param name="Depth">The windows of the first of three axes.</param>
/// <param name="Vertical">The windows of the last axis but one.</param>
/// <param name="Horizontal">The windows of the last axis.</param>
internal readonly record struct PoolWindows(int Axes, PoolAxis Depth, PoolAxis Vertical, PoolAxis Horizontal)
{
    /// <summary>One window of a whole sequence.</summary>
    public static PoolWindows Whole(int length) => new(1, PoolAxis.None, PoolAxis.None, PoolAxis.Adaptive(length, 1));

    /// <summary>Whether each axis has one window, of the whole source.</summary>
    public bool IsWhole => Depth.IsWhole && Vertical.IsWhole && Horizontal.IsWhole;

    /// <summary>Whether windows have no gaps between their elements.</summary>
    public bool IsDense => Depth.Step == 1 && Vertical.Step == 1 && Horizontal.Step == 1;

    /// <summary>The elements of a plane.</summary>
    public long Source => (long)Depth.Source * Vertical.Source * Horizontal.Source;

    /// <summary>The windows of a plane.</summary>
    public int Outputs => checked(Depth.Outputs * Vertical.Outputs * Horizontal.Outputs);

    /// <summary>The elements of a plane's first window by which its mean divides.</summary>
    public long FirstCount => (long)Depth.Counts[0] * Vertical.Counts[0] * Horizontal.Counts[0];

    /// <summary>The windows along each of the spatial axes.</summary>
    public int[] OutputLengths => Each(static axis => axis.Outputs);

    /// <summary>Whether means count elements of the padding.</summary>
    public bool CountsPadding => Depth.CountsPadding || Vertical.CountsPadding || Horizontal.CountsPadding;

    /// <summary>Says what the windows are; adaptive ones follow from the shapes.</summary>
    public void Describe(OperationAttributes attributes)
    {
        if (Horizontal.Kernel == 0)
        {
            attributes.Add("output_size", OutputLengths);
            return;
        }

        attributes.Add("kernel", Each(static axis => axis.Kernel)).Add("stride", Each(static axis => axis.Stride))
            .Add("padding", Each(static axis => axis.Padding)).Add("dilation", Each(static axis => axis.Step));
    }

    private int[] Each(Func<PoolAxis, int> number) => Axes switch
    {
        1 => [number(Horizontal)],
        2 => [number(Vertical), number(Horizontal)],
        _ => [number(Depth), number(Vertical), number(Horizontal)],
    };
}
