namespace DeepLearning.Tests.Ops.Fused;

/// <summary>Attention over odd shapes, masks and layouts.</summary>
internal static class AttentionCases
{
    public static IEnumerable<FusedCase> All
    {
        get
        {
            Tensor visible = Tensor.From(new bool[,]
            {
                { true, false, true, true }, { false, false, false, false }, { false, true, true, false },
            });
            yield return new("Attention", static t => Tensor.ScaledDotProductAttention(t[0], t[1], t[2]), [2, 3, 5], [2, 4, 5], [2, 4, 2]);
            yield return new(
                "Attention, causal", static t => Tensor.ScaledDotProductAttention(t[0], t[1], t[2], isCausal: true),
                [70, 3], [40, 3], [40, 2]);
            yield return new(
                "Attention with a mask", t => Tensor.ScaledDotProductAttention(t[0], t[1], t[2], visible), [2, 3, 5], [2, 4, 5], [2, 4, 2]);
            yield return new(
                "Attention with a mask that learns", static t => Tensor.ScaledDotProductAttention(t[0], t[1], t[2], t[3]),
                [2, 3, 5], [2, 4, 5], [2, 4, 2], [3, 4]);
            yield return new(
                "Attention of views", static t => Tensor.ScaledDotProductAttention(t[0].T, t[1].T, t[2].T, scale: 0.5),
                [5, 33], [5, 40], [2, 40]);
            yield return new(
                "Attention with dropout",
                static t => Tensor.ScaledDotProductAttention(t[0], t[1], t[2], dropoutP: 0.4, generator: new Generator(7)),
                [2, 3, 5], [1, 37, 5], [2, 37, 2]);
            yield return new(
                "Attention of groups", static t => Tensor.ScaledDotProductAttention(t[0], t[1], t[2], enableGqa: true),
                [4, 3, 5], [2, 4, 5], [2, 4, 2]);
            yield return new(
                "Attention of nothing", static t => Tensor.ScaledDotProductAttention(t[0], t[1], t[2]), [2, 3], [0, 3], [0, 2]);
        }
    }
}
