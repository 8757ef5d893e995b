namespace DeepLearning;

/// <summary>
/// Whether matrix products of the processor sum every row as they do in any other number of rows, on this thread. A row then gives the
/// same bits alone as among a thousand, so that a model that decodes a token at a time, from kept keys and values, computes what it does
/// of the whole text.
/// </summary>
/// <remarks>
/// Off by default: one row times a matrix, and a matrix times one column, have a faster way that sums in another order; with the setting
/// such a product takes up to four times as long. All other products sum in one order in any case: in stretches of their inner axis,
/// whose lengths depend on that axis alone. It is about what an operation computes forward of float32 and float64 (16-bit types are
/// computed in float32); convolutions and recurrent layers are not affected.
/// </remarks>
public static class BatchInvariance
{
    [ThreadStatic]
    private static bool s_on;

    /// <summary>Whether it is asked for on this thread.</summary>
    public static bool Enabled => s_on;

    /// <summary>Asks for it until the result is disposed: <c>using (BatchInvariance.Enable()) { … }</c>.</summary>
    public static Region Enable() => new(true);

    /// <summary>Asks for it, or no longer does, until the result is disposed.</summary>
    /// <param name="enabled">True to ask for it.</param>
    public static Region Set(bool enabled) => new(enabled);

    /// <summary>
    /// A stretch of code with its own setting; disposing it brings the previous one back. As a ref struct it cannot go across
    /// <c>await</c> or <c>yield</c>.
    /// </summary>
    public readonly ref struct Region
    {
        private readonly bool _wasOn;

        internal Region(bool on)
        {
            _wasOn = s_on;
            s_on = on;
        }

        /// <summary>Brings the previous setting back.</summary>
        public void Dispose() => s_on = _wasOn;
    }
}
