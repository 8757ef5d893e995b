using DeepLearning.Numerics;

namespace DeepLearning;

internal abstract partial class Backend
{
    /// <summary>
    /// One step of an optimizer, in place: p and its states from p, its gradient and the states. All have p's shape; the states have the
    /// type in which p is computed, and so has the formula, so that no square of a 16-bit number overflows.
    /// </summary>
    /// <returns>Whether it was done.</returns>
    public virtual bool TryUpdate<TUpdate>(in TUpdate update, Tensor p, Tensor g, Tensor? s0, Tensor? s1, Tensor? s2)
        where TUpdate : struct, IUpdate<TUpdate> => false;
}
