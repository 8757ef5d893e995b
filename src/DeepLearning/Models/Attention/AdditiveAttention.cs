using DeepLearning.Initializers;
using DeepLearning.Layers;

namespace DeepLearning.Models;

/// <summary>
/// Additive attention: score = v · tanh(W · query + U · key) (Bahdanau, Cho and Bengio 2015, "Neural machine translation by jointly
/// learning to align and translate"). W and U start as <see cref="Linear"/>, v uniform in ±1/√hidden.
/// </summary>
public sealed class AdditiveAttention : ScoredAttention
{
    /// <summary>Makes the attention.</summary>
    /// <param name="queryWidth">The width of the queries.</param>
    /// <param name="keyWidth">The width of the keys.</param>
    /// <param name="hidden">The width in which they are added.</param>
    /// <param name="dtype">The type of the parameters.</param>
    /// <param name="generator">The source of the starting values; <see cref="Generator.Default"/> when null.</param>
    /// <exception cref="ArgumentOutOfRangeException">A width is not positive.</exception>
    public AdditiveAttention(int queryWidth, int keyWidth, int hidden, DType dtype = DType.Float32, Generator? generator = null)
        : base(queryWidth, keyWidth)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(hidden);
        QueryProj = new Linear(queryWidth, hidden, bias: false, dtype, generator);
        KeyProj = new Linear(keyWidth, hidden, bias: false, dtype, generator);
        V = Initialize.NewUniform([1, hidden], 1 / Math.Sqrt(hidden), dtype, generator);
    }

    /// <summary>W.</summary>
    public Linear QueryProj { get; }

    /// <summary>U.</summary>
    public Linear KeyProj { get; }

    /// <summary>v, [1, hidden].</summary>
    public Parameter V { get; set; }

    /// <inheritdoc/>
    protected internal override string Details => $"{QueryWidth}, {KeyWidth}, hidden {V.Size(1)}";

    /// <inheritdoc/>
    public override Tensor PrepareKeys(Tensor key) => KeyProj.Forward(key);

    /// <inheritdoc/>
    protected override Tensor Scores(Tensor query, Tensor prepared) =>
        (QueryProj.Forward(query).Unsqueeze(-2) + prepared.Unsqueeze(-3)).Tanh().Linear(V).Squeeze(-1);
}
