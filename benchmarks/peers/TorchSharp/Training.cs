using static TorchSharp.torch;

namespace TorchSharp.Workloads;

/// <summary>Forward, backward and update, with gradients reset; what a step makes goes with its scope.</summary>
internal sealed class Training(Func<Tensor> update)
{
    public static Training Of(
        IEnumerable<Modules.Parameter> parameters, Func<IEnumerable<Modules.Parameter>, optim.Optimizer> optimizer, Func<Tensor> loss)
    {
        optim.Optimizer made = optimizer([.. parameters]);
        return new Training(() =>
        {
            made.zero_grad();
            Tensor result = loss();
            result.backward();
            made.step();
            return result;
        });
    }

    public void Step()
    {
        using DisposeScope scope = NewDisposeScope();
        update();
    }

    /// <summary>The loss before the update.</summary>
    public float Loss()
    {
        using DisposeScope scope = NewDisposeScope();
        return update().item<float>();
    }
}
