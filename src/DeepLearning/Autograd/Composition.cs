namespace DeepLearning;

/// <summary>Differentiates a fused operation through its composition, where the gradients themselves are recorded.</summary>
internal static class Composition
{
    /// <summary>Fills the gradients of a composition's inputs as recorded tensors; null inputs have none.</summary>
    public static void Backward(
        Func<Tensor?[], Tensor> composition, ReadOnlySpan<Tensor?> inputs, Tensor gradient, Span<Tensor?> gradients)
    {
        // Seen through aliases, so that the pass inside this one ends at the inputs and leaves their own makers alone.
        Tensor?[] seen = new Tensor?[inputs.Length];
        List<Tensor> wanted = [];
        List<int> positions = [];
        for (int i = 0; i < seen.Length; i++)
        {
            seen[i] = inputs[i]?.Alias();
            if (seen[i] is { RequiresGrad: true } input)
            {
                wanted.Add(input);
                positions.Add(i);
            }
        }

        Tensor output = composition(seen);
        Tensor?[] found = Autograd.GradOrNull([output], wanted.ToArray(), [gradient], retainGraph: true, createGraph: true);
        for (int i = 0; i < found.Length; i++)
        {
            gradients[positions[i]] = found[i];
        }
    }
}
