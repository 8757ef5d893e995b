using System.Diagnostics.CodeAnalysis;
using DeepLearning.Serialization;

namespace DeepLearning.Formats;

/// <summary>How the elements of a type are stored: in blocks of so many elements and bytes, and what they are read as.</summary>
/// <param name="Type">The type.</param>
/// <param name="Elements">The elements of a block; 1 for plain types.</param>
/// <param name="Bytes">The bytes of a block.</param>
/// <param name="Plain">The type of the elements, where they are plain.</param>
/// <param name="Decode">Decodes one block, where they are not and that is known.</param>
internal sealed record GgufBlocks(GgufType Type, int Elements, int Bytes, StoredType? Plain = null, GgufBlocks.Decoder? Decode = null)
{
    private static readonly Dictionary<GgufType, GgufBlocks> _all = new GgufBlocks[]
    {
        new(GgufType.F32, 1, 4, StoredType.Find("F32")),
        new(GgufType.F16, 1, 2, StoredType.Find("F16")),
        new(GgufType.BF16, 1, 2, StoredType.Find("BF16")),
        new(GgufType.F64, 1, 8, StoredType.Find("F64")),
        new(GgufType.I8, 1, 1, StoredType.Find("I8")),
        new(GgufType.I16, 1, 2, StoredType.Find("I16")),
        new(GgufType.I32, 1, 4, StoredType.Find("I32")),
        new(GgufType.I64, 1, 8, StoredType.Find("I64")),
        new(GgufType.Q4_0, 32, 18, Decode: GgufDecoders.Q4_0),
        new(GgufType.Q4_1, 32, 20, Decode: GgufDecoders.Q4_1),
        new(GgufType.Q5_0, 32, 22, Decode: GgufDecoders.Q5_0),
        new(GgufType.Q5_1, 32, 24, Decode: GgufDecoders.Q5_1),
        new(GgufType.Q8_0, 32, 34, Decode: GgufDecoders.Q8_0),
        new(GgufType.Q2_K, 256, 84, Decode: GgufDecoders.Q2_K),
        new(GgufType.Q3_K, 256, 110, Decode: GgufDecoders.Q3_K),
        new(GgufType.Q4_K, 256, 144, Decode: GgufDecoders.Q4_K),
        new(GgufType.Q5_K, 256, 176, Decode: GgufDecoders.Q5_K),
        new(GgufType.Q6_K, 256, 210, Decode: GgufDecoders.Q6_K),
        new(GgufType.Q8_K, 256, 292, Decode: GgufDecoders.Q8_K),
        new(GgufType.Q8_1, 32, 36),
        new(GgufType.IQ2_XXS, 256, 66),
        new(GgufType.IQ2_XS, 256, 74),
        new(GgufType.IQ3_XXS, 256, 98),
        new(GgufType.IQ1_S, 256, 50),
        new(GgufType.IQ4_NL, 32, 18),
        new(GgufType.IQ3_S, 256, 110),
        new(GgufType.IQ2_S, 256, 82),
        new(GgufType.IQ4_XS, 256, 136),
        new(GgufType.IQ1_M, 256, 56),
        new(GgufType.TQ1_0, 256, 54),
        new(GgufType.TQ2_0, 256, 66),
        new(GgufType.MXFP4, 32, 17),
        new(GgufType.NVFP4, 64, 36),
    }.ToDictionary(static blocks => blocks.Type);

    /// <summary>Decodes one block.</summary>
    /// <param name="block">Its bytes.</param>
    /// <param name="numbers">Receives its elements.</param>
    public delegate void Decoder(ReadOnlySpan<byte> block, Span<float> numbers);

    public static bool TryFind(GgufType type, [NotNullWhen(true)] out GgufBlocks? blocks) => _all.TryGetValue(type, out blocks);

    public static GgufBlocks Of(GgufType type) => TryFind(type, out GgufBlocks? blocks)
        ? blocks
        : throw new ArgumentOutOfRangeException(nameof(type), type, "There is no such type in GGUF.");
}
