namespace DeepLearning;

/// <summary>
/// Whether convolutions of the processor may use Winograd's algorithm, on this thread: F(4×4, 3×3) computes sixteen outputs of a 3×3 filter
/// by 36 products a channel where the definition has 144, F(2×2, 5×5) four of a 5×5 filter by 36 where it has 100, and F(4×4, 2×2) sixteen
/// of a 2×2 filter by 25 where it has 64 (Lavin and Gray, Fast Algorithms for Convolutional Neural Networks, 2016). A strided convolution
/// is one of stride 1 over the phases of its input: 4×4 taps and a stride of 2 are 2×2 taps over four times the channels.
/// </summary>
/// <remarks>
/// <para>
/// It is used for float32 over two axes with 2×2, 3×3 or 5×5 taps, stride and dilation 1 and one group, or as many taps for each phase of a
/// stride up to 4 that is the same along both axes, where there are channels and pixels enough for it to be faster: for what
/// <see cref="Tensor.Conv2d"/> and <see cref="Tensor.ConvTranspose2d"/> compute, and for the gradients of their inputs and weights. With a
/// stride the larger image has a multiple of 16 channels. <see cref="Tensor.Conv2d"/> with 5×5 taps (10×10 and a stride of 2, and so on)
/// uses it in compiled models and for gradients alone. Whether it is used depends on the channels and the size of an image alone, not on
/// how many images or threads there are, and its bits do not depend on the width of the processor's vectors.
/// </para>
/// <para>
/// It rounds more. The norm of the error is below 4·10⁻⁶ of the norm of the result (5·10⁻⁷ to 2·10⁻⁶ as a rule, growing slowly with the
/// channels; computed directly 3·10⁻⁷), and an output's error is relative to the largest inputs around it, not to its own terms. Images
/// whose results are not all finite are computed directly, so that an infinity or NaN reaches what reads it and nothing else.
/// </para>
/// <para>A compiled model keeps what was set when it was compiled.</para>
/// </remarks>
public static class WinogradConvolution
{
    [ThreadStatic]
    private static bool s_off;

    /// <summary>Whether it may be used on this thread.</summary>
    public static bool Enabled => !s_off;

    /// <summary>
    /// Asks for direct convolution until the result is disposed: <c>using (WinogradConvolution.Disable()) { … }</c>. A backward pass
    /// computes gradients directly if it, too, runs inside.
    /// </summary>
    public static Region Disable() => new(true);

    /// <summary>Allows it, or asks for direct convolution, until the result is disposed.</summary>
    /// <param name="enabled">True to allow it.</param>
    public static Region Set(bool enabled) => new(!enabled);

    /// <summary>
    /// A stretch of code with its own setting; disposing it brings the previous one back. As a ref struct it cannot go across
    /// <c>await</c> or <c>yield</c>.
    /// </summary>
    public readonly ref struct Region
    {
        private readonly bool _wasOff;

        internal Region(bool off)
        {
            _wasOff = s_off;
            s_off = off;
        }

        /// <summary>Brings the previous setting back.</summary>
        public void Dispose() => s_off = _wasOff;
    }
}
