using DeepLearning.Numerics;

namespace DeepLearning.Optimizers;

/// <summary>One step of an optimizer: with the device's kernel where it has one, otherwise by composition.</summary>
internal static class FusedUpdate
{
    /// <summary>Changes a parameter and its states in place.</summary>
    public static void Run<TUpdate>(in TUpdate update, Tensor p, Tensor g, Tensor? s0, Tensor? s1, Tensor? s2)
        where TUpdate : struct, IUpdate<TUpdate>
    {
        if (!Fused.HasKernels || !p.Backend.TryUpdate(in update, p, g, s0, s1, s2))
        {
            Compose(in update, p, g, s0, s1, s2);
        }
    }

    /// <summary>The definition: the formula over whole tensors.</summary>
    private static void Compose<TUpdate>(in TUpdate update, Tensor p, Tensor g, Tensor? s0, Tensor? s1, Tensor? s2)
        where TUpdate : struct, IUpdate<TUpdate>
    {
        using GradMode.Region region = GradMode.NoGrad();
        DType compute = p.DType.Compute();
        Traced parameter = Of(p), state0 = Of(s0), state1 = Of(s1), state2 = Of(s2);
        update.Step(ref parameter, Of(g), ref state0, ref state1, ref state2);
        // All next values are computed before the first is written.
        p.Backend.Copy(parameter.ToTensor(p), p);
        Store(state0, s0);
        Store(state1, s1);
        Store(state2, s2);

        Traced Of(Tensor? tensor) => new(tensor?.Detach().To(compute));
    }

    private static void Store(Traced value, Tensor? state)
    {
        if (state is not null)
        {
            state.Backend.Copy(value.ToTensor(state), state);
        }
    }
}
