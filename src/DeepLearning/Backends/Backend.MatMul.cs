namespace DeepLearning.Backends;

internal abstract partial class Backend
{
    /// <summary>
    /// y = op(a) · op(b) over the last two axes, where op transposes them when asked; the axes before broadcast to y's. All of one type.
    /// </summary>
    public abstract void MatMul(Tensor a, bool transposeA, Tensor b, bool transposeB, Tensor y);

    /// <summary>
    /// y = x · weightᵀ + bias for x [rows, in], weight [out, in], bias [out] or null, y [rows, out]; a 16-bit result is rounded once, after
    /// the bias.
    /// </summary>
    /// <returns>Whether it was done.</returns>
    public virtual bool TryLinear(Tensor x, Tensor weight, Tensor? bias, Tensor y) => false;
}
