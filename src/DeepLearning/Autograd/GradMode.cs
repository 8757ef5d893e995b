namespace DeepLearning;

/// <summary>Whether operations are recorded for differentiation, on this thread.</summary>
public static class GradMode
{
    [ThreadStatic]
    private static bool s_off;

    [ThreadStatic]
    private static bool s_inference;

    /// <summary>True while operations on tensors that require gradients are recorded (the default).</summary>
    public static bool Enabled => !s_off;

    /// <summary>True inside <see cref="Inference"/>.</summary>
    public static bool InferenceEnabled => s_inference;

    /// <summary>Stops recording until the result is disposed: <c>using (GradMode.NoGrad()) { … }</c>.</summary>
    public static Region NoGrad() => new(true, s_inference);

    /// <summary>Records until the result is disposed, also inside <see cref="NoGrad"/>.</summary>
    public static Region EnableGrad() => new(false, false);

    /// <summary>Records or not until the result is disposed.</summary>
    /// <param name="enabled">True to record.</param>
    public static Region Set(bool enabled) => new(!enabled, s_inference && !enabled);

    /// <summary>
    /// Stops recording until the result is disposed, and marks tensors made meanwhile: using one later in a recorded operation
    /// is an error instead of a silently missing gradient.
    /// </summary>
    public static Region Inference() => new(true, true);

    internal static bool Records(Tensor a) => !s_off && a.RequiresGrad;

    internal static bool Records(Tensor a, Tensor b) => !s_off && (a.RequiresGrad || b.RequiresGrad);

    internal static bool Records(Tensor a, Tensor? b, Tensor? c) =>
        !s_off && (a.RequiresGrad || b is { RequiresGrad: true } || c is { RequiresGrad: true });

    internal static bool Records(ReadOnlySpan<Tensor?> inputs)
    {
        if (s_off)
        {
            return false;
        }

        foreach (Tensor? input in inputs)
        {
            if (input is { RequiresGrad: true })
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// A stretch of code with its own recording mode; disposing it brings the previous mode back. The mode is that of a thread, and code
    /// after an <c>await</c> may run on another one: as a ref struct, a region cannot go across <c>await</c> or <c>yield</c>.
    /// </summary>
    public readonly ref struct Region
    {
        private readonly bool _wasOff;
        private readonly bool _wasInference;

        internal Region(bool off, bool inference)
        {
            _wasOff = s_off;
            _wasInference = s_inference;
            s_off = off;
            s_inference = inference;
        }

        /// <summary>Brings the previous mode back.</summary>
        public void Dispose()
        {
            s_off = _wasOff;
            s_inference = _wasInference;
        }
    }
}
