using DeepLearning.Layers;
using DeepLearning.Optimizers;

namespace DeepLearning.Workloads.Models;

/// <summary>Skip-gram with negative sampling: vocabulary 20000, width 128, batch 1024, 5 negatives.</summary>
internal static class SkipGram
{
    public static Training Training()
    {
        Embedding u = new(20000, 128, sparse: true), v = new(20000, 128, sparse: true);
        return new Training(
            [("u", u), ("v", v)],
            [("c", Tensor.RandInt(0, 20000, [1024])), ("o", Tensor.RandInt(0, 20000, [1024, 6]))],
            xs =>
            {
                Tensor s = v.Forward(xs[1]).MatMul(u.Forward(xs[0]).Unsqueeze(-1)).Squeeze(-1);
                return -(s[.., ..1].LogSigmoid().Sum() + (-s[.., 1..]).LogSigmoid().Sum()) / 1024;
            },
            static parameters => new SGD(parameters, 0.05));
    }
}
