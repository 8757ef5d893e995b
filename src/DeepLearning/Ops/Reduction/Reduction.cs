namespace DeepLearning;

/// <summary>The shapes of a reduction: with the reduced axes kept at length 1, and as the caller wants the result.</summary>
internal readonly struct Reduction
{
    private Reduction(int[] kept, int[] result)
    {
        Kept = kept;
        Result = result;
    }

    public int[] Kept { get; }

    public int[] Result { get; }

    public static Reduction Of(Tensor x, ReadOnlySpan<int> axes, bool keepDim, string operation)
    {
        int rank = x.Rank;
        Span<bool> reduced = stackalloc bool[rank];
        reduced.Fill(axes.Length == 0);
        foreach (int given in axes)
        {
            int axis = Shape.Axis(given, rank, operation);
            if (rank == 0)
            {
                continue;
            }

            if (reduced[axis])
            {
                throw new ShapeException($"{operation}: axis {axis} stands twice in {Shape.Format(axes)}.");
            }

            reduced[axis] = true;
        }

        int[] kept = new int[rank];
        List<int> result = [];
        for (int axis = 0; axis < rank; axis++)
        {
            kept[axis] = reduced[axis] ? 1 : x.Layout.Lengths[axis];
            if (!reduced[axis] || keepDim)
            {
                result.Add(kept[axis]);
            }
        }

        return new Reduction(kept, [.. result]);
    }
}
