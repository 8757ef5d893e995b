namespace DeepLearning;

public partial class Tensor
{
    /// <summary>
    /// The greatest elements of windows that lie at random, unequal distances, so that an image shrinks by a factor between 1 and 2, or any
    /// other: Graham, "Fractional max-pooling", 2014.
    /// </summary>
    /// <param name="kernelSize">The height and width of a window.</param>
    /// <param name="outputSize">The height and width of the output; or give <paramref name="outputRatio"/>.</param>
    /// <param name="outputRatio">The output's part of the input's height and width, above 0 and below 1, rounded down.</param>
    /// <param name="randomSamples">[N, C, 2], numbers in [0, 1) that place the windows, of width and height; drawn when null.</param>
    /// <param name="generator">What draws them; <see cref="Generator.Default"/> when null.</param>
    /// <returns>[N, C, H', W'] for an input [N, C, H, W], or without N.</returns>
    /// <exception cref="ShapeException">The input has another rank or too few elements, or the samples have another shape.</exception>
    /// <exception cref="DTypeException">The input or the samples are not of a floating-point type.</exception>
    /// <exception cref="ArgumentException">
    /// Not exactly one of size and ratio is given, one of them or of the samples is out of range, or the kernel below 1.
    /// </exception>
    public Tensor FractionalMaxPool2d(
        PerAxis kernelSize, PerAxis? outputSize = null, ScalePerAxis? outputRatio = null, Tensor? randomSamples = null,
        Generator? generator = null) =>
        FractionalPooling.Run(this, kernelSize, outputSize, outputRatio, randomSamples, generator, 2, "FractionalMaxPool2d").Values;

    /// <summary>As <see cref="FractionalMaxPool2d"/>, with the positions of the elements: row · W + column, int64.</summary>
    /// <inheritdoc cref="FractionalMaxPool2d" path="/param|/exception"/>
    public ValuesAndIndices FractionalMaxPool2dWithIndices(
        PerAxis kernelSize, PerAxis? outputSize = null, ScalePerAxis? outputRatio = null, Tensor? randomSamples = null,
        Generator? generator = null) =>
        FractionalPooling.Run(this, kernelSize, outputSize, outputRatio, randomSamples, generator, 2, "FractionalMaxPool2dWithIndices");

    /// <summary>The greatest elements of windows of a volume at random, unequal distances; see <see cref="FractionalMaxPool2d"/>.</summary>
    /// <param name="kernelSize">The depth, height and width of a window.</param>
    /// <param name="outputSize">The depth, height and width of the output; or give <paramref name="outputRatio"/>.</param>
    /// <param name="outputRatio">The output's part of the input's lengths, above 0 and below 1, rounded down.</param>
    /// <param name="randomSamples">
    /// [N, C, 3], numbers in [0, 1) that place the windows, of depth, height and width; drawn when null.
    /// </param>
    /// <param name="generator">What draws them; <see cref="Generator.Default"/> when null.</param>
    /// <returns>[N, C, D', H', W'] for an input [N, C, D, H, W], or without N.</returns>
    /// <inheritdoc cref="FractionalMaxPool2d" path="/exception"/>
    public Tensor FractionalMaxPool3d(
        PerAxis kernelSize, PerAxis? outputSize = null, ScalePerAxis? outputRatio = null, Tensor? randomSamples = null,
        Generator? generator = null) =>
        FractionalPooling.Run(this, kernelSize, outputSize, outputRatio, randomSamples, generator, 3, "FractionalMaxPool3d").Values;

    /// <summary>As <see cref="FractionalMaxPool3d"/>, with the positions of the elements: (plane · H + row) · W + column, int64.</summary>
    /// <inheritdoc cref="FractionalMaxPool3d" path="/param|/exception"/>
    public ValuesAndIndices FractionalMaxPool3dWithIndices(
        PerAxis kernelSize, PerAxis? outputSize = null, ScalePerAxis? outputRatio = null, Tensor? randomSamples = null,
        Generator? generator = null) =>
        FractionalPooling.Run(this, kernelSize, outputSize, outputRatio, randomSamples, generator, 3, "FractionalMaxPool3dWithIndices");
}
