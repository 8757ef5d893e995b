namespace DeepLearning;

/// <summary>Elements of a tensor and where they stood along the axis.</summary>
/// <param name="Values">The elements.</param>
/// <param name="Indices">Their positions along the axis, int64.</param>
public readonly record struct ValuesAndIndices(Tensor Values, Tensor Indices);

/// <summary>The variance (or standard deviation) and the mean over the same axes.</summary>
/// <param name="Variance">The variance or standard deviation.</param>
/// <param name="Mean">The mean.</param>
public readonly record struct VarianceAndMean(Tensor Variance, Tensor Mean);

/// <summary>The different elements of a tensor.</summary>
/// <param name="Values">Each different element once.</param>
/// <param name="Inverse">For each element of the tensor its position in <paramref name="Values"/>, int64.</param>
/// <param name="Counts">How often each occurs, int64.</param>
public readonly record struct UniqueValues(Tensor Values, Tensor Inverse, Tensor Counts);

/// <summary>How many elements fall into each of neighboring intervals.</summary>
/// <param name="Counts">The number (or summed weight) in each interval.</param>
/// <param name="Edges">The bounds of the intervals: one more than there are intervals.</param>
public readonly record struct HistogramResult(Tensor Counts, Tensor Edges);
