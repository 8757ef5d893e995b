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
        if (bias is null)
        {
            MatMul(x, false, weight, true, y);
            return;
        }

        // A 16-bit result is rounded once, after the bias.
        DType compute = y.DType.Compute();
        Tensor product = compute == y.DType ? y : Tensor.Allocate(y.Layout, compute, y.Device);
        MatMul(x.Detach().To(compute), false, weight.Detach().To(compute), true, product);
        Binary(default(AddOp), product, bias, y);
    }
}
