namespace DeepLearning;

/// <summary>Differentiates a fused operation through its composition.</summary>
internal static class Composition
{
    /// <summary>
    /// Fills the gradients of a composition's inputs, recorded where recording is on; inputs that are null or not wanted have none.
    /// </summary>
    public static void Backward(
        Func<Tensor?[], Tensor> composition, ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<bool> wanted, Tensor gradient,
        Span<Tensor?> gradients) => Backward(seen => [composition(seen)], inputs, wanted, [gradient], gradients);

    /// <summary>As above, of a composition of several results; one without a gradient has null.</summary>
    public static void Backward(
        Func<Tensor?[], Tensor[]> composition, ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<bool> wanted, ReadOnlySpan<Tensor?> given,
        Span<Tensor?> gradients)
    {
        bool isRecorded = GradMode.Enabled;
        using GradMode.Region region = GradMode.EnableGrad();
        Tensor?[] seen = new Tensor?[inputs.Length];
        List<Tensor> sources = [];
        List<int> positions = [];
        for (int i = 0; i < seen.Length; i++)
        {
            // Seen through aliases, so that the pass inside this one ends at the inputs and leaves their own makers alone.
            seen[i] = isRecorded ? inputs[i]?.Alias() : inputs[i]?.Detach();
            if (wanted[i] && seen[i] is { } source)
            {
                if (!isRecorded)
                {
                    source.RequiresGrad = true;
                }

                sources.Add(source);
                positions.Add(i);
            }
        }

        Tensor[] outputs = composition(seen);
        List<Tensor> roots = [], rootGradients = [];
        for (int i = 0; i < outputs.Length; i++)
        {
            // Of several results some may depend on none of the inputs whose gradients are wanted.
            if (given[i] is { } gradient && (outputs.Length == 1 || outputs[i].RequiresGrad))
            {
                roots.Add(outputs[i]);
                rootGradients.Add(gradient);
            }
        }

        Tensor?[] found = Autograd.GradOrNull(
            roots.ToArray(), sources.ToArray(), rootGradients.ToArray(), retainGraph: isRecorded, createGraph: isRecorded);
        for (int i = 0; i < found.Length; i++)
        {
            gradients[positions[i]] = found[i];
        }
    }

    /// <summary>
    /// The transpose of a linear function, applied to a gradient of its result: the gradient of its argument, recorded where recording is
    /// on.
    /// </summary>
    /// <param name="linear">The function; where it is taken does not matter.</param>
    /// <param name="shape">The shape of its argument.</param>
    /// <param name="gradient">The gradient of its result.</param>
    public static Tensor Transpose(Func<Tensor, Tensor> linear, ReadOnlySpan<int> shape, Tensor gradient)
    {
        bool isRecorded = GradMode.Enabled;
        using GradMode.Region region = GradMode.EnableGrad();
        Tensor argument = Tensor.Zeros(shape, gradient.DType, gradient.Device);
        argument.RequiresGrad = true;
        return Autograd.Grad(linear(argument), argument, gradient, retainGraph: isRecorded, createGraph: isRecorded);
    }
}
