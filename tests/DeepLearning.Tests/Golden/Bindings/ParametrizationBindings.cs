using DeepLearning.Layers;

namespace DeepLearning.Tests.Golden;

internal static class ParametrizationBindings
{
    public static readonly Dictionary<string, GoldenBinding> Table = new()
    {
        ["weight_norm_linear"] = c => c.Run(Linear(c).WeightNorm(dim: Dim(c, 0))),
        ["weight_norm_conv"] = c => c.Run(Conv(c).WeightNorm(dim: Dim(c, 0))),
        ["spectral_norm_linear"] = c => c.Run(Spectral(c, Linear(c), "weight")),
        ["spectral_norm_conv"] = c => c.Run(Spectral(c, Conv(c), "weight")),
        ["spectral_norm_bias"] = c => c.Run(Spectral(c, Linear(c), "bias")),
        ["orthogonal"] = c => c.Run(new Linear(c[1].Size(1), c[1].Size(0), bias: false).Orthogonal(
            orthogonalMap: Map(c), useTrivialization: c.All.Length == 3)),
        ["parametrized.start"] = Start,
    };

    private static Linear Linear(GoldenCall c) => new(c.Int("in_features"), c.Int("out_features"));

    private static Conv2d Conv(GoldenCall c) => new(c.Int("in_channels"), c.Int("out_channels"), c.Int("kernel_size"));

    private static TLayer Spectral<TLayer>(GoldenCall c, TLayer layer, string name)
        where TLayer : Layer =>
        layer.SpectralNorm(name, c.Int("n_power_iterations", 1), c.Double("eps", 1e-12), c.Has("dim") ? c.Int("dim") : null);

    private static int? Dim(GoldenCall c, int otherwise) => c.Has("dim") ? c.Int("dim") : c.Case.Has("dim") ? null : otherwise;

    private static OrthogonalMap? Map(GoldenCall c) => c.Has("orthogonal_map") ? c.Text("orthogonal_map") switch
    {
        "matrix_exp" => OrthogonalMap.MatrixExp,
        "cayley" => OrthogonalMap.Cayley,
        _ => OrthogonalMap.Householder,
    }
    : null;

    private static Tensor[] Start(GoldenCall c)
    {
        Linear layer = new(c[0].Size(1), c[0].Size(0), bias: false) { Weight = new Parameter(c[0].Detach().Clone()) };
        _ = c.Text("kind") == "weight_norm"
            ? layer.WeightNorm(dim: Dim(c, 0))
            : layer.Orthogonal(orthogonalMap: Map(c), useTrivialization: c.Bool("use_trivialization", true));
        return [.. layer.Parameters().Select(static p => p.Detach()), layer.Weight.Detach()];
    }
}
