namespace DeepLearning.Testing;

/// <summary>An input that must be refused.</summary>
/// <param name="What">What is wrong with it, as in "a wrong number of channels".</param>
/// <param name="Says">What the message must say beside the layer's name, such as what would fit; in any case of letters.</param>
/// <param name="Inputs">
/// The tensors in place of the checked inputs', in their order (of tuples, item after item); null keeps the checked one.
/// </param>
public sealed record Rejection(string What, string Says, params IReadOnlyList<Tensor?> Inputs)
{
    /// <summary>What is wrong, and the shapes.</summary>
    public override string ToString() =>
        $"{What} ({string.Join(", ", Inputs.Select(static x => x is null ? "as checked" : $"{x.DType.Name()}{x.Shape}"))})";
}
