namespace DeepLearning.Layers;

/// <summary>
/// The means of windows that cover the sequence evenly, [N, C, L] → [N, C, size], or without N: see
/// <see cref="Tensor.AdaptiveAvgPool1d"/>. With size 1 the mean of the whole sequence.
/// </summary>
/// <param name="size">The length of the output; the input's when null.</param>
public sealed class AdaptiveAvgPool1d(int? size) : AdaptiveAvgPool([size]);
