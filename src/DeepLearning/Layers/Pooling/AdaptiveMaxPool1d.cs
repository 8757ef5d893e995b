namespace DeepLearning.Layers;

/// <summary>
/// The greatest elements of windows that cover the sequence evenly, [N, C, L] → [N, C, size], or without N: see
/// <see cref="Tensor.AdaptiveMaxPool1d"/>.
/// </summary>
/// <param name="size">The length of the output; the input's when null.</param>
public sealed class AdaptiveMaxPool1d(int? size) : AdaptiveMaxPool([size]);
