namespace DeepLearning;

/// <summary>Gradients as values: of chosen inputs, of any order, and the matrices and products made of them.</summary>
public static partial class Autograd
{
    /// <summary>Computes the gradients of an output with respect to inputs, without touching their <see cref="Tensor.Grad"/>.</summary>
    /// <param name="output">What to differentiate; one number unless <paramref name="gradient"/> is given.</param>
    /// <param name="inputs">Tensors it was computed from.</param>
    /// <param name="gradient">The gradient of what follows with respect to the output.</param>
    /// <param name="retainGraph">
    /// Keep what was saved, for another pass over the same record; defaults to <paramref name="createGraph"/>.
    /// </param>
    /// <param name="createGraph">Record the pass itself, so that the gradients can be differentiated.</param>
    /// <returns>A gradient for each input; zeros for one that the output does not depend on.</returns>
    /// <exception cref="AutogradException">The output or an input does not require a gradient.</exception>
    public static Tensor[] Grad(
        Tensor output, ReadOnlySpan<Tensor> inputs, Tensor? gradient = null, bool? retainGraph = null, bool createGraph = false)
    {
        Tensor?[] found = GradOrNull([output], inputs, [gradient], retainGraph, createGraph);
        Tensor[] result = new Tensor[found.Length];
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = found[i] ?? Tensor.ZerosLike(inputs[i]);
        }

        return result;
    }

    /// <summary>As <see cref="Grad(Tensor, ReadOnlySpan{Tensor}, Tensor?, bool?, bool)"/>, for one input.</summary>
    /// <param name="output">What to differentiate.</param>
    /// <param name="input">A tensor it was computed from.</param>
    /// <param name="gradient">The gradient of what follows with respect to the output.</param>
    /// <param name="retainGraph">Keep what was saved for another pass.</param>
    /// <param name="createGraph">Record the pass itself.</param>
    public static Tensor Grad(Tensor output, Tensor input, Tensor? gradient = null, bool? retainGraph = null, bool createGraph = false) =>
        Grad(output, [input], gradient, retainGraph, createGraph)[0];

    /// <summary>
    /// As <see cref="Grad(Tensor, ReadOnlySpan{Tensor}, Tensor?, bool?, bool)"/>, for several outputs; null where there is no path.
    /// </summary>
    /// <param name="outputs">What to differentiate; the gradients of all are added.</param>
    /// <param name="inputs">Tensors they were computed from.</param>
    /// <param name="gradients">The gradient of what follows with respect to each output; null entries are 1 for one number.</param>
    /// <param name="retainGraph">Keep what was saved for another pass.</param>
    /// <param name="createGraph">Record the pass itself.</param>
    public static Tensor?[] GradOrNull(
        ReadOnlySpan<Tensor> outputs, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor?> gradients, bool? retainGraph = null,
        bool createGraph = false)
    {
        for (int i = 0; i < outputs.Length; i++)
        {
            CheckRoot(outputs[i], i < gradients.Length ? gradients[i] : null, "Grad");
        }

        foreach (Tensor input in inputs)
        {
            ArgumentNullException.ThrowIfNull(input, nameof(inputs));
            if (!input.RequiresGrad)
            {
                throw new AutogradException(
                    $"Grad: an input {input.Shape} does not require a gradient; set RequiresGrad before it is used.");
            }
        }

        return BackwardPass.Run(outputs, gradients, inputs.ToArray(), retainGraph ?? createGraph, createGraph);
    }

    /// <summary>
    /// Checks every recorded result and every gradient for NaN until the result is disposed; the first throws
    /// <see cref="AnomalyException"/> with the operation's name and where it was recorded. Slow: for finding a fault.
    /// </summary>
    public static AnomalyRegion DetectAnomaly() => new(true);

    internal static void CheckRoot(Tensor root, Tensor? gradient, string operation)
    {
        ArgumentNullException.ThrowIfNull(root);
        if (!root.RequiresGrad)
        {
            throw new AutogradException(
                $"{operation}: the tensor {root.Shape} does not require a gradient: nothing it was computed from has RequiresGrad set, "
                + "or it was computed under NoGrad.");
        }

        if (gradient is null && root.Count != 1)
        {
            throw new AutogradException(
                $"{operation}: a tensor {root.Shape} has {root.Count} elements; "
                + "reduce it to one number (Sum, Mean), or give its gradient.");
        }

        if (gradient is not null && gradient.Shape != root.Shape)
        {
            throw new ShapeException($"{operation}: the gradient {gradient.Shape} does not have the output's shape {root.Shape}.");
        }
    }

    /// <summary>A stretch of code that is checked for NaN.</summary>
    public readonly ref struct AnomalyRegion
    {
        private readonly bool _was;

        internal AnomalyRegion(bool on)
        {
            _was = Anomaly.IsOn;
            Anomaly.IsOn = on;
        }

        /// <summary>Ends the checks.</summary>
        public void Dispose() => Anomaly.IsOn = _was;
    }
}
