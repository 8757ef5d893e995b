using DeepLearning.Initializers;
using DeepLearning.Layers;

namespace DeepLearning.Models;

/// <summary>How weights of transformers start: normal around 0 with a small deviation, biases 0 (Radford et al. 2018).</summary>
internal static class WeightInit
{
    public static Linear Linear(int inFeatures, int outFeatures, bool bias, double std, DType dtype, Generator? generator)
    {
        Linear layer = new(inFeatures, outFeatures, bias, dtype, generator);
        Initialize.Normal(layer.Weight, 0, std, generator);
        if (layer.Bias is not null)
        {
            Initialize.Zeros(layer.Bias);
        }

        return layer;
    }

    public static Embedding Embedding(int count, int width, double std, DType dtype, Generator? generator)
    {
        Embedding layer = new(count, width, dtype: dtype, generator: generator);
        Initialize.Normal(layer.Weight, 0, std, generator);
        return layer;
    }
}
