using DeepLearning.Numerics;

namespace DeepLearning.Backends;

internal abstract partial class Backend
{
    /// <summary>
    /// One step of an optimizer, in place: p and its states from p, its gradient and the states. All have p's shape; the states have the
    /// type in which p is computed, and so has the formula, so that no square of a 16-bit number overflows.
    /// </summary>
    public virtual void Update<TUpdate>(in TUpdate update, Tensor p, Tensor g, Tensor? s0, Tensor? s1, Tensor? s2)
        where TUpdate : struct, IUpdate<TUpdate>
    {
        using GradMode.Region region = GradMode.NoGrad();
        DType compute = p.DType.Compute();
        Traced parameter = Of(p), state0 = Of(s0), state1 = Of(s1), state2 = Of(s2);
        update.Step(ref parameter, Of(g), ref state0, ref state1, ref state2);
        // All next values are computed before the first is written.
        Copy(parameter.ToTensor(p), p);
        CopyState(state0, s0);
        CopyState(state1, s1);
        CopyState(state2, s2);

        Traced Of(Tensor? tensor) => new(tensor?.Detach().To(compute));
    }

    private void CopyState(Traced value, Tensor? state)
    {
        if (state is not null)
        {
            Copy(value.ToTensor(state), state);
        }
    }
}
