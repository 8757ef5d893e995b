namespace DeepLearning;

internal abstract partial class Backend
{
    /// <summary>
    /// y = op(a) · op(b) over the last two axes, where op transposes them when asked; the axes before broadcast to y's. All of one type.
    /// </summary>
    public abstract void MatMul(Tensor a, bool transposeA, Tensor b, bool transposeB, Tensor y);
}
