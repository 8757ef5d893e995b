using DeepLearning.Formats;

namespace DeepLearning.Pretrained;

/// <summary>Activations by the names of configurations.</summary>
internal static class Activation
{
    /// <exception cref="ModelFileException">The name is not known.</exception>
    public static Func<Tensor, Tensor> Of(ConfigReader config, string key, string fallback) => config.Text(key, fallback) switch
    {
        "gelu" or "gelu_python" => static x => x.Gelu(),
        "gelu_new" or "gelu_pytorch_tanh" or "gelu_fast" or "gelu_python_tanh" => static x => x.Gelu(approximate: true),
        "quick_gelu" => static x => x * (x * 1.702).Sigmoid(),
        "relu" => static x => x.Relu(),
        "silu" or "swish" => static x => x.Silu(),
        "tanh" => static x => x.Tanh(),
        "sigmoid" => static x => x.Sigmoid(),
        "mish" => static x => x.Mish(),
        string other => throw config.Bad(key, $"the activation '{other}' is not known; there are gelu, gelu_new, gelu_pytorch_tanh, "
            + "gelu_fast, quick_gelu, relu, silu, swish, tanh, sigmoid and mish."),
    };
}
