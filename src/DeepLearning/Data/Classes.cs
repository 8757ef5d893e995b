namespace DeepLearning.Data;

/// <summary>Labels of any type as numbers.</summary>
internal static class Classes
{
    /// <summary>The class of each sample as a number from 0, in the order in which the classes come.</summary>
    public static int[] Of<TLabel>(IReadOnlyList<TLabel> labels, out int classCount)
        where TLabel : notnull
    {
        ArgumentNullException.ThrowIfNull(labels);
        Dictionary<TLabel, int> numbers = [];
        int[] classes = new int[labels.Count];
        for (int i = 0; i < classes.Length; i++)
        {
            if (!numbers.TryGetValue(labels[i], out classes[i]))
            {
                classes[i] = numbers.Count;
                numbers.Add(labels[i], classes[i]);
            }
        }

        classCount = numbers.Count;
        return classes;
    }

    /// <summary>The elements of a vector of class indices.</summary>
    public static long[] Labels(Tensor labels, string operation)
    {
        ArgumentNullException.ThrowIfNull(labels);
        if (labels.Rank != 1)
        {
            throw new ShapeException($"{operation}: labels are a vector with the class of each sample, not a tensor {labels.Shape}.");
        }

        return labels.DType.IsFloatingPoint()
            ? throw new DTypeException($"{operation}: labels are integers, not {labels.DType.Name()}; convert them with To(DType.Int64).")
            : labels.To(DType.Int64).ToArray<long>();
    }
}
