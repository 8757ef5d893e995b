using DeepLearning.Initializers;

namespace DeepLearning.Models;

/// <summary>
/// Relations as translations (Bordes et al. 2013, "Translating embeddings for modeling multi-relational data"): the score of a triple is
/// −‖h + r − t‖ₚ. Entities and relations start uniform in ±6/√dim, relations then brought to length 1; the paper brings entities to
/// length 1 before each step: <see cref="NormalizeEntities"/>.
/// </summary>
public sealed class TransE : KnowledgeGraphEmbedding
{
    /// <summary>Makes the model.</summary>
    /// <param name="entities">The number of entities.</param>
    /// <param name="relations">The number of relations.</param>
    /// <param name="dim">The length of a vector.</param>
    /// <param name="margin">By how much a true triple shall score above a corrupted one.</param>
    /// <param name="p">The norm's p, 1 or 2.</param>
    /// <param name="dtype">The type of the vectors.</param>
    /// <param name="generator">The source of the starting values; <see cref="Generator.Default"/> when null.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is not positive, or the norm is neither 1 nor 2.</exception>
    public TransE(
        int entities, int relations, int dim, double margin = 1, int p = 1, DType dtype = DType.Float32, Generator? generator = null)
        : base(entities, relations, dim, margin, dtype, generator)
    {
        if (p is not (1 or 2))
        {
            throw new ArgumentOutOfRangeException(nameof(p), p, $"{nameof(TransE)}: the norm is that of p = 1 or 2.");
        }

        P = p;
        double bound = 6 / Math.Sqrt(dim);
        Initialize.Uniform(NodeEmb.Weight, -bound, bound, generator);
        Initialize.Uniform(RelEmb.Weight, -bound, bound, generator);
        using GradMode.Region none = GradMode.NoGrad();
        RelEmb.Weight.CopyFrom(RelEmb.Weight.Normalize(2, -1));
    }

    /// <summary>The norm's p.</summary>
    public int P { get; }

    /// <summary>Brings every entity's vector to length 1.</summary>
    public void NormalizeEntities()
    {
        using GradMode.Region none = GradMode.NoGrad();
        NodeEmb.Weight.CopyFrom(NodeEmb.Weight.Normalize(2, -1));
    }

    private protected override Tensor Score(Tensor head, Tensor relation, Tensor tail) => -(head + relation - tail).Norm(P, [-1]);
}
