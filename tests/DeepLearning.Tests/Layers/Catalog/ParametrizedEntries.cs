using DeepLearning.Layers;
using DeepLearning.Testing;
using DeepLearning.Tests.Infrastructure.Catalog;

namespace DeepLearning.Tests.Layers.Catalog;

/// <summary>Layers of all kinds whose parameters are computed, by one parametrization and by two.</summary>
internal static class ParametrizedEntries
{
    public static IEnumerable<CatalogEntry> Entries =>
    [
        Rows("Linear, weight norm over all", static () => new Linear(3, 4).WeightNorm(dim: null), 3, "[2, 4]"),
        Rows("Linear, weight norm of columns", static () => new Linear(3, 2).WeightNorm(dim: 1), 3, "[2, 2]"),
        Rows("Linear, orthogonal, Cayley", static () => new Linear(3, 3).Orthogonal(orthogonalMap: OrthogonalMap.Cayley), 3, "[2, 3]"),
        Rows(
            "Linear, orthogonal, not from where it is",
            static () => new Linear(3, 2).Orthogonal(orthogonalMap: OrthogonalMap.MatrixExp, useTrivialization: false), 3, "[2, 2]"),
        Rows("Linear, orthogonal, reflections", static () => new Linear(3, 2).Orthogonal(), 3, "[2, 2]"),
        Rows("Linear, spectral norm", static () => new Linear(3, 2).SpectralNorm(), 3, "[2, 2]", changes: true),
        Rows("LayerNorm, spectral norm", static () => new LayerNorm(4).SpectralNorm(), 4, "[2, 4]"),
        Rows("Linear, two parametrizations", static () => Twice(new Linear(3, 3)), 3, "[2, 3]"),
        Rows("Linear, weight and bias", static () => Twice(new Linear(3, 3).WeightNorm(name: "bias")), 3, "[2, 3]"),
        CatalogEntry.Layer(
            "GRUCell, orthogonal",
            static () => new CalledModule<GRUCell, Tensor, Tensor>(
                new GRUCell(3, 2).Orthogonal("weight_hh", OrthogonalMap.Cayley), static (cell, x, h) => cell.Forward(x, h)),
            static random => (random.Normal(2, 3), random.Normal(2, 2)),
            new LayerCheckOptions { OutputShapes = ["[2, 2]"], Unbatched = true }),
        CatalogEntry.Layer(
            "LSTM, weight norm", static () => new LSTM(3, 2).WeightNorm("weight_hh_l0").WeightNorm("bias_ih_l0"),
            static random => random.Normal(3, 2, 3), new LayerCheckOptions { BatchAxis = 1, Unbatched = true }),
        CatalogEntry.Layer(
            "MultiheadAttention, weight norm", static () => new MultiheadAttention(4, 2, batchFirst: true).WeightNorm("in_proj_weight"),
            static random => (random.Normal(2, 2, 4), random.Normal(2, 3, 4), random.Normal(2, 3, 4)),
            new LayerCheckOptions { Unbatched = true }),
        CatalogEntry.Layer(
            "Bilinear, weight norm", static () => new Bilinear(2, 3, 2).WeightNorm(),
            static random => (random.Normal(2, 2), random.Normal(2, 3)),
            new LayerCheckOptions { OutputShapes = ["[2, 2]"], Unbatched = true }),
        CatalogEntry.Layer(
            "Embedding, weight norm", static () => new Embedding(4, 3).WeightNorm(), static random => random.Integers(0, 4, 2, 3),
            new LayerCheckOptions { OutputShapes = ["[2, 3, 3]"], Unbatched = true }),
    ];

    private static CatalogEntry Rows(
        string name, Func<Module<Tensor, Tensor>> make, int width, string output, bool changes = false) => CatalogEntry.Layer(
        name, make, random => random.Normal(2, width),
        new LayerCheckOptions
        {
            OutputShapes = [output],
            Unbatched = true,
            BuffersChange = changes,
            Rejects = [new Rejection("a wrong length", $"{width}", Tensor.Zeros(2, 7))],
        });

    private static Linear Twice(Linear layer)
    {
        Parametrizations.Register(layer, "weight", new Symmetric());
        Parametrizations.Register(layer, "weight", new Bounded());
        return layer;
    }

    private sealed class Symmetric : Parametrization
    {
        protected internal override Tensor Compute(IReadOnlyList<Tensor> originals) => originals[0].Triu() + originals[0].Triu(1).T;
    }

    private sealed class Bounded : Parametrization
    {
        protected internal override Tensor Compute(IReadOnlyList<Tensor> originals) => originals[0].Tanh();
    }
}
