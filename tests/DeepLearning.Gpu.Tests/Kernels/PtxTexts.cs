using System.Reflection;
using DeepLearning.Backends.Gpu;

namespace DeepLearning.Tests.Gpu.Kernels;

/// <summary>The texts of kernels, each compiled once for a class of tests.</summary>
public sealed class PtxTexts : IDisposable
{
    private readonly PtxCompiler _compiler = new();
    private readonly Dictionary<MethodInfo, string> _texts = [];

    /// <summary>The PTX of a kernel.</summary>
    public string Compile(MethodInfo kernel)
    {
        if (!_texts.TryGetValue(kernel, out string? text))
        {
            text = _compiler.Compile(kernel);
            _texts.Add(kernel, text);
        }

        return text;
    }

    public void Dispose() => _compiler.Dispose();
}
