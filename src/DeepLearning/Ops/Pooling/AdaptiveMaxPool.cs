namespace DeepLearning;

public partial class Tensor
{
    /// <summary>
    /// The greatest element of each of L' windows that cover a sequence evenly: window i spans ⌊i · L / L'⌋ to ⌈(i + 1) · L / L'⌉ − 1.
    /// </summary>
    /// <param name="size">L'; the input's when null.</param>
    /// <returns>[N, C, L'] for an input [N, C, L], or without N.</returns>
    /// <exception cref="ShapeException">The input has another rank.</exception>
    /// <exception cref="DTypeException">The input is not of a floating-point type.</exception>
    /// <exception cref="ArgumentException">The size is negative.</exception>
    public Tensor AdaptiveMaxPool1d(int? size) =>
        MaxPooling.Run(this, Pooling.Adaptive(this, [size], "AdaptiveMaxPool1d"), false).Values;

    /// <summary>As <see cref="AdaptiveMaxPool1d"/>, with the positions of the elements in their channel, int64.</summary>
    /// <param name="size">L'; the input's when null.</param>
    /// <inheritdoc cref="AdaptiveMaxPool1d" path="/exception"/>
    public ValuesAndIndices AdaptiveMaxPool1dWithIndices(int? size) =>
        MaxPooling.Run(this, Pooling.Adaptive(this, [size], "AdaptiveMaxPool1dWithIndices"), true);

    /// <summary>As <see cref="AdaptiveMaxPool2d(int?, int?)"/>, with the positions of the elements: row · W + column, int64.</summary>
    /// <param name="height">H'; the input's when null.</param>
    /// <param name="width">W'; the input's when null.</param>
    /// <inheritdoc cref="AdaptiveMaxPool2d(int?, int?)" path="/exception"/>
    public ValuesAndIndices AdaptiveMaxPool2dWithIndices(int? height, int? width) =>
        MaxPooling.Run(this, Pooling.Adaptive(this, [height, width], "AdaptiveMaxPool2dWithIndices"), true);

    /// <summary>
    /// The greatest element of each of D' × H' × W' windows that cover the volume evenly: window i spans ⌊i · D / D'⌋ to
    /// ⌈(i + 1) · D / D'⌉ − 1.
    /// </summary>
    /// <param name="depth">D'; the input's when null.</param>
    /// <param name="height">H'; the input's when null.</param>
    /// <param name="width">W'; the input's when null.</param>
    /// <returns>[N, C, D', H', W'] for an input [N, C, D, H, W], or without N.</returns>
    /// <exception cref="ShapeException">The input has another rank.</exception>
    /// <exception cref="DTypeException">The input is not of a floating-point type.</exception>
    /// <exception cref="ArgumentException">A size is negative.</exception>
    public Tensor AdaptiveMaxPool3d(int? depth, int? height, int? width) =>
        MaxPooling.Run(this, Pooling.Adaptive(this, [depth, height, width], "AdaptiveMaxPool3d"), false).Values;

    /// <summary>The greatest element of each of size × size × size windows that cover the volume evenly.</summary>
    /// <param name="size">The depth, height and width of the output.</param>
    /// <inheritdoc cref="AdaptiveMaxPool3d(int?, int?, int?)" path="/exception"/>
    public Tensor AdaptiveMaxPool3d(int size) => AdaptiveMaxPool3d(size, size, size);

    /// <summary>
    /// As <see cref="AdaptiveMaxPool3d(int?, int?, int?)"/>, with the positions of the elements: (plane · H + row) · W + column, int64.
    /// </summary>
    /// <param name="depth">D'; the input's when null.</param>
    /// <param name="height">H'; the input's when null.</param>
    /// <param name="width">W'; the input's when null.</param>
    /// <inheritdoc cref="AdaptiveMaxPool3d(int?, int?, int?)" path="/exception"/>
    public ValuesAndIndices AdaptiveMaxPool3dWithIndices(int? depth, int? height, int? width) =>
        MaxPooling.Run(this, Pooling.Adaptive(this, [depth, height, width], "AdaptiveMaxPool3dWithIndices"), true);
}
