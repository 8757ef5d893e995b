namespace DeepLearning;

/// <summary>
/// An operation that a device may compute in one piece. Its definition is a composition of other operations, which every device can run and
/// which is differentiable to any order; where a device has kernels for the result or for its gradient, they are used instead.
/// </summary>
internal interface IFusedOp : IOperation
{
    /// <summary>How many of the inputs, from the first, may have a gradient; the rest are constants.</summary>
    static virtual int Differentiable => int.MaxValue;

    /// <summary>
    /// Whether <see cref="TryBackward"/> is made of operations that are recorded themselves, so that it serves where gradients are to be
    /// differentiated, too. Otherwise the composition does there.
    /// </summary>
    static virtual bool HasRecordedGradient => false;

    /// <summary>Whether the gradient needs the values of an input; all are kept otherwise, for the composition.</summary>
    /// <param name="input">The input's position.</param>
    /// <param name="inputs">The inputs.</param>
    static virtual bool Keeps(int input, ReadOnlySpan<Tensor?> inputs) => true;

    /// <summary>The definition; null inputs are left out.</summary>
    /// <param name="inputs">The inputs.</param>
    /// <returns>The result, recorded.</returns>
    Tensor Compose(ReadOnlySpan<Tensor?> inputs);

    /// <summary>The result from the device's own kernel, not recorded.</summary>
    /// <param name="inputs">The inputs.</param>
    /// <param name="kept">Receives what the gradient's kernel will ask for beside the inputs.</param>
    /// <returns>The result; null when the device has no kernel for it.</returns>
    Tensor? TryForward(ReadOnlySpan<Tensor?> inputs, ref KeptTensors kept);

    /// <summary>The gradients of the inputs from the device's own kernel, or from other operations.</summary>
    /// <param name="node">Knows the inputs, what was kept, and which gradients are wanted.</param>
    /// <param name="gradient">The gradient of the result.</param>
    /// <param name="gradients">Receives the gradient of each input.</param>
    /// <returns>Whether it was done; the composition does it otherwise.</returns>
    bool TryBackward(FusedNode node, Tensor gradient, Span<Tensor?> gradients);
}

/// <summary>What the kernel of a result hands on to that of its gradient.</summary>
internal struct KeptTensors
{
    /// <summary>How many there are room for.</summary>
    public const int Most = 3;

    public Tensor? First;
    public Tensor? Second;
    public Tensor? Third;
}
