using DeepLearning.Layers;

namespace DeepLearning.Tests.Golden;

internal static class LayerBindings
{
    public static readonly Dictionary<string, GoldenBinding> Table = new()
    {
        ["Linear"] = c => Run(c, new Linear(c.Int("in_features"), c.Int("out_features"), c.Bool("bias", true), DType.Float64)),
        ["Flatten"] = c => Run(c, new Flatten(c.Int("start_dim", 1), c.Int("end_dim", -1))),
    };

    /// <summary>The output for the first input, then the recorded buffers as they are after the call.</summary>
    private static Tensor[] Run(GoldenCall c, Module<Tensor, Tensor> layer)
    {
        c.Load(layer);
        Tensor y = layer.Forward(c[0]);
        Dictionary<string, Tensor> buffers = layer.NamedBuffers().ToDictionary(b => b.Name, b => b.Buffer);
        return [y, .. c.Case.Names.Where(buffers.ContainsKey).Select(n => buffers[n])];
    }
}
