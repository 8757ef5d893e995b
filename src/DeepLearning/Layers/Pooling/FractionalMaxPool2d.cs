namespace DeepLearning.Layers;

/// <summary>
/// The greatest elements of windows at random, unequal distances, [N, C, H, W] → [N, C, H', W'], or without N: see
/// <see cref="Tensor.FractionalMaxPool2d"/> (Graham, "Fractional max-pooling", 2014).
/// </summary>
/// <param name="kernelSize">The height and width of a window.</param>
/// <param name="outputSize">The height and width of the output; or give <paramref name="outputRatio"/>.</param>
/// <param name="outputRatio">The output's part of the input's lengths, above 0 and below 1, rounded down.</param>
/// <param name="randomSamples">[N, C, 2], what places the windows each time; drawn anew when null.</param>
/// <param name="generator">What draws them; <see cref="Generator.Default"/> when null.</param>
public sealed class FractionalMaxPool2d(
    PerAxis kernelSize, PerAxis? outputSize = null, ScalePerAxis? outputRatio = null, Tensor? randomSamples = null,
    Generator? generator = null) : FractionalMaxPool(2, kernelSize, outputSize, outputRatio, randomSamples, generator);
