using DeepLearning.Initializers;

namespace DeepLearning.Models;

/// <summary>
/// Relations as diagonal matrices (Yang et al. 2015, "Embedding entities and relations for learning and inference in knowledge bases"):
/// the score of a triple is Σ h · r · t, the same in both directions. Starts Xavier-uniform.
/// </summary>
public sealed class DistMult : KnowledgeGraphEmbedding
{
    /// <summary>Makes the model.</summary>
    /// <param name="entities">The number of entities.</param>
    /// <param name="relations">The number of relations.</param>
    /// <param name="dim">The length of a vector.</param>
    /// <param name="margin">By how much a true triple shall score above a corrupted one.</param>
    /// <param name="dtype">The type of the vectors.</param>
    /// <param name="generator">The source of the starting values; <see cref="Generator.Default"/> when null.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is not positive.</exception>
    public DistMult(int entities, int relations, int dim, double margin = 1, DType dtype = DType.Float32, Generator? generator = null)
        : base(entities, relations, dim, margin, dtype, generator)
    {
        Initialize.XavierUniform(NodeEmb.Weight, generator: generator);
        Initialize.XavierUniform(RelEmb.Weight, generator: generator);
    }

    private protected override Tensor Score(Tensor head, Tensor relation, Tensor tail) => (head * relation * tail).Sum(-1);
}
