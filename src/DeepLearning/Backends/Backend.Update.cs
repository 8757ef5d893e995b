using DeepLearning.Numerics;

namespace DeepLearning.Backends;

internal abstract partial class Backend
{
    /// <summary>
    /// One step of an optimizer, in place: p and its states from p, its gradient and the states. All have p's shape; the states its type.
    /// </summary>
    public virtual void Update<TUpdate>(in TUpdate update, Tensor p, Tensor g, Tensor? s0, Tensor? s1, Tensor? s2)
        where TUpdate : struct, IUpdate<TUpdate>
    {
        using GradMode.Region region = GradMode.NoGrad();
        Traced parameter = new(p.Detach()), state0 = new(s0), state1 = new(s1), state2 = new(s2);
        update.Step(ref parameter, new Traced(g), ref state0, ref state1, ref state2);
        // All next values are computed before the first is written.
        Copy(parameter.ToTensor(p), p);
        CopyState(state0, s0);
        CopyState(state1, s1);
        CopyState(state2, s2);
    }

    private void CopyState(Traced value, Tensor? state)
    {
        if (state is not null)
        {
            Copy(value.ToTensor(state), state);
        }
    }
}
