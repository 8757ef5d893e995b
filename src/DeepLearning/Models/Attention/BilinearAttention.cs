using DeepLearning.Initializers;
using DeepLearning.Layers;

namespace DeepLearning.Models;

/// <summary>
/// Multiplicative attention: score = queryᵀ · W · key, the "general" of Luong, Pham and Manning 2015, "Effective approaches to
/// attention-based neural machine translation". The weight starts uniform in ±1/√keyWidth.
/// </summary>
public sealed class BilinearAttention : ScoredAttention
{
    /// <summary>Makes the attention.</summary>
    /// <param name="queryWidth">The width of the queries.</param>
    /// <param name="keyWidth">The width of the keys.</param>
    /// <param name="dtype">The type of the parameters.</param>
    /// <param name="generator">The source of the starting values; <see cref="Generator.Default"/> when null.</param>
    /// <exception cref="ArgumentOutOfRangeException">A width is not positive.</exception>
    public BilinearAttention(int queryWidth, int keyWidth, DType dtype = DType.Float32, Generator? generator = null)
        : base(queryWidth, keyWidth) =>
        Weight = Initialize.NewUniform([queryWidth, keyWidth], 1 / Math.Sqrt(keyWidth), dtype, generator);

    /// <summary>W, [query width, key width].</summary>
    public Parameter Weight { get; set; }

    /// <inheritdoc/>
    protected internal override string Details => $"{QueryWidth}, {KeyWidth}";

    /// <inheritdoc/>
    public override Tensor PrepareKeys(Tensor key) => key.Linear(Weight);

    /// <inheritdoc/>
    protected override Tensor Scores(Tensor query, Tensor prepared) => query.MatMul(prepared.Transpose(-1, -2));
}
