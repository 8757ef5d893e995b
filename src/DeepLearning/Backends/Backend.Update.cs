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

    /// <summary>
    /// As <see cref="TryUpdate"/>, in some different rows of p and its states alone; the gradient [rows, …] is theirs in this order.
    /// </summary>
    /// <returns>Whether it was done.</returns>
    public virtual bool TryUpdateRows<TUpdate>(in TUpdate update, Tensor rows, in UpdateOperands operands)
        where TUpdate : struct, IUpdate<TUpdate> => false;

    /// <summary>Whether steps of many parameters are better made together (<see cref="TryUpdateAll"/>).</summary>
    public virtual bool UpdatesTogether => false;

    /// <summary>As <see cref="TryUpdate"/>, of many parameters that share the numbers of a step.</summary>
    /// <returns>Whether it was done.</returns>
    public virtual bool TryUpdateAll<TUpdate>(in TUpdate update, ReadOnlySpan<UpdateOperands> all)
        where TUpdate : struct, IUpdate<TUpdate> => false;

    /// <summary>y = Σ x² over all elements of all tensors, which are not empty; y is one float64.</summary>
    /// <returns>Whether it was done.</returns>
    public virtual bool TrySumOfSquares(ReadOnlySpan<Tensor> all, Tensor y) => false;

    /// <summary>
    /// Multiplies all elements of all tensors by a factor, one float64 of the device; by its root twice where it is below 10⁻³⁰.
    /// </summary>
    /// <returns>Whether it was done.</returns>
    public virtual bool TryScaleAll(ReadOnlySpan<Tensor> all, Tensor factor) => false;
}

/// <summary>A parameter, its gradient and the states of its optimizer.</summary>
internal readonly record struct UpdateOperands(Tensor P, Tensor G, Tensor? S0, Tensor? S1, Tensor? S2);
