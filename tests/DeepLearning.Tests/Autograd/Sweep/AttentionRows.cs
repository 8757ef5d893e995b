using DeepLearning.Layers;
using static DeepLearning.Tests.AutogradTests.Sweep.LayerRows;
using static DeepLearning.Tests.AutogradTests.Sweep.StructureRows;

namespace DeepLearning.Tests.AutogradTests.Sweep;

/// <summary>Attention and the layers of transformers.</summary>
internal static class AttentionRows
{
    /// <summary>A layer is made of so many operations that round.</summary>
    private const double OfALayer = 64;

    public static readonly SweepRow[] All =
    [
        Some("ScaledDotProductAttention", static x => Tensor.ScaledDotProductAttention(x[0], x[1], x[2]), [2, 3, 2], [2, 4, 2], [2, 4, 3]),
        Some("ScaledDotProductAttention:causal", static x => Tensor.ScaledDotProductAttention(x[0], x[1], x[2], isCausal: true),
            [3, 2], [4, 2], [4, 3]),
        Some("ScaledDotProductAttention:mask", static x => Tensor.ScaledDotProductAttention(x[0], x[1], x[2], x[3], scale: 0.8),
            [2, 3, 2], [2, 4, 2], [2, 4, 3], [3, 4]),
        Some("ScaledDotProductAttention:broadcast", static x => Tensor.ScaledDotProductAttention(x[0], x[1], x[2]),
            [2, 1, 3, 2], [2, 4, 2], [2, 1, 4, 3]),
        Some("ScaledDotProductAttention:dropout",
            static x => Tensor.ScaledDotProductAttention(x[0], x[1], x[2], dropoutP: 0.4, generator: new Generator(5)),
            [2, 3, 2], [2, 4, 2], [2, 4, 3]) with { Roundings = 4 },
        Some("ScaledDotProductAttention:groups", static x => Tensor.ScaledDotProductAttention(x[0], x[1], x[2], enableGqa: true),
            [4, 3, 2], [2, 4, 2], [2, 4, 3]),
        .. Layers(),
    ];

    private static SweepRow[] Layers() =>
    [
        Attention("", static (m, x) => m.Forward(x[0], x[1], x[2]).Output),
        Attention(":weights", static (m, x) => m.Forward(x[0], x[1], x[2], averageAttnWeights: false).Weights!),
        Attention(":fused", static (m, x) => m.Forward(x[0], x[1], x[2], needWeights: false).Output),
        Of(static () => new MultiheadAttention(2, 2, addBiasKv: true, addZeroAttn: true, kdim: 3, vdim: 1, batchFirst: true),
            static (m, x) => m.Forward(x[0], x[1], x[2], needWeights: false).Output,
            new SweepInput(Draw.Unit, 2, 3, 2), new SweepInput(Draw.Unit, 2, 2, 3), new SweepInput(Draw.Unit, 2, 2, 1))
            with { Name = "Layers.MultiheadAttention:extras", Roundings = OfALayer },
        Encoder("", false),
        Encoder(":norm first", true),
        Decoder("", false),
        Decoder(":norm first", true),
        Small(Of(static () => new TransformerEncoder(NewEncoder(true), 2, new LayerNorm(4)), static (m, x) => m.Forward(x[0]),
            new SweepInput(Draw.Unit, 2, 1, 4))) with { Roundings = OfALayer * 4 },
        Small(Of(static () => new TransformerDecoder(NewDecoder(false), 1, new LayerNorm(4)), static (m, x) => m.Forward(x[0], x[1]),
            new SweepInput(Draw.Unit, 2, 1, 4), new SweepInput(Draw.Unit, 3, 1, 4))) with { Roundings = OfALayer * 4 },
        Small(Of(static () => new Transformer(4, 2, 1, 1, 2, 0, static x => x.Gelu(), normFirst: true),
            static (m, x) => m.Forward(x[0], x[1]),
            new SweepInput(Draw.Unit, 2, 1, 4), new SweepInput(Draw.Unit, 2, 1, 4))) with { Roundings = OfALayer * 4 },
    ];

    /// <summary>
    /// The row with parameters near 0, as they are in use: with larger ones a stack of layers magnifies its rounding by as much.
    /// </summary>
    private static SweepRow Small(SweepRow row) =>
        row with { Inputs = [.. row.Inputs.Select(static input => input with { From = Draw.Unit })] };

    private static SweepRow Attention(string what, Func<MultiheadAttention, Tensor[], Tensor> forward) =>
        Of(static () => new MultiheadAttention(4, 2), forward,
            new SweepInput(Draw.Unit, 3, 1, 4), new SweepInput(Draw.Unit, 2, 1, 4), new SweepInput(Draw.Unit, 2, 1, 4))
        with
        { Name = "Layers.MultiheadAttention" + what, Roundings = OfALayer };

    private static SweepRow Encoder(string what, bool normFirst) =>
        Small(Of(() => NewEncoder(normFirst), static (m, x) => m.Forward(x[0]), new SweepInput(Draw.Unit, 3, 1, 4)))
        with
        { Name = "Layers.TransformerEncoderLayer" + what, Roundings = OfALayer * 2 };

    private static SweepRow Decoder(string what, bool normFirst) =>
        Small(Of(() => NewDecoder(normFirst), static (m, x) => m.Forward(x[0], x[1]),
            new SweepInput(Draw.Unit, 2, 1, 4), new SweepInput(Draw.Unit, 3, 1, 4)))
        with
        { Name = "Layers.TransformerDecoderLayer" + what, Roundings = OfALayer * 2 };

    private static TransformerEncoderLayer NewEncoder(bool normFirst) =>
        new(4, 2, 3, 0, static x => x.Gelu(), normFirst: normFirst);

    private static TransformerDecoderLayer NewDecoder(bool normFirst) =>
        new(4, 2, 3, 0, static x => x.Gelu(), normFirst: normFirst);
}
