using DeepLearning.Initializers;
using DeepLearning.Layers;

namespace DeepLearning.Models;

/// <summary>How networks over images start: kernels Kaiming-normal by their outputs (He et al. 2015), their biases 0.</summary>
internal static class VisionInit
{
    public static void Start(Module module, Generator? generator)
    {
        foreach (Conv2d conv in module.Modules().OfType<Conv2d>())
        {
            Initialize.KaimingNormal(conv.Weight, 0, FanMode.FanOut, Nonlinearity.ReLU, generator);
            if (conv.Bias is not null)
            {
                Initialize.Zeros(conv.Bias);
            }
        }
    }

    /// <summary>Refuses an input that is not [batch, channels, height, width].</summary>
    public static void Image(Module block, Tensor input, int channels) =>
        BlockChecks.Shape(block, input, "input", ("batch", -1), ("channels", channels), ("height", -1), ("width", -1));
}
