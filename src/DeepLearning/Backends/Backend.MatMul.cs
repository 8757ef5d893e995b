namespace DeepLearning.Backends;

internal abstract partial class Backend
{
    /// <summary>
    /// y = op(a) · op(b) over the last two axes, where op transposes them when asked; the axes before broadcast to y's. All of one type.
    /// </summary>
    public abstract void MatMul(Tensor a, bool transposeA, Tensor b, bool transposeB, Tensor y);

    /// <summary>y = x · weightᵀ + bias for x [rows, in], weight [out, in], bias [out] or null, y [rows, out].</summary>
    public virtual void Linear(Tensor x, Tensor weight, Tensor? bias, Tensor y)
    {
        MatMul(x, false, weight, true, y);
        if (bias is not null)
        {
            Binary(default(AddOp), y, bias, y);
        }
    }
}
