namespace DeepLearning;

public partial class Tensor
{
    /// <summary>A matrix product added to this tensor: beta · this + alpha · a·b, [m, k] × [k, n] → [m, n].</summary>
    /// <param name="a">The left matrix, [m, k].</param>
    /// <param name="b">The right matrix, [k, n].</param>
    /// <param name="beta">Scales this tensor; 0 leaves it out, NaN and infinities included.</param>
    /// <param name="alpha">Scales the product.</param>
    /// <returns>The sum, [m, n]; this tensor broadcasts to it.</returns>
    /// <exception cref="ShapeException">The shapes do not fit.</exception>
    /// <exception cref="DTypeException">Integers with a factor that has a fraction.</exception>
    public Tensor Addmm(Tensor a, Tensor b, double beta = 1, double alpha = 1)
    {
        if (Autocast.Enabled)
        {
            using Autocast.Operation cast = Autocast.Enter("Addmm");
            return cast.Of(this).Addmm(cast.Of(a), cast.Of(b), beta, alpha);
        }

        ArgumentNullException.ThrowIfNull(a);
        return AddProduct("Addmm", a, b, static (x, y) => x.Mm(y), beta, alpha);
    }

    /// <summary>A matrix-vector product added to this tensor: beta · this + alpha · a·v, [m, k] × [k] → [m].</summary>
    /// <param name="a">The matrix, [m, k].</param>
    /// <param name="v">The vector, [k].</param>
    /// <param name="beta">Scales this tensor; 0 leaves it out, NaN and infinities included.</param>
    /// <param name="alpha">Scales the product.</param>
    /// <returns>The sum, [m]; this tensor broadcasts to it.</returns>
    /// <exception cref="ShapeException">The shapes do not fit.</exception>
    /// <exception cref="DTypeException">Integers with a factor that has a fraction.</exception>
    public Tensor Addmv(Tensor a, Tensor v, double beta = 1, double alpha = 1)
    {
        if (Autocast.Enabled)
        {
            using Autocast.Operation cast = Autocast.Enter("Addmv");
            return cast.Of(this).Addmv(cast.Of(a), cast.Of(v), beta, alpha);
        }

        ArgumentNullException.ThrowIfNull(a);
        return AddProduct("Addmv", a, v, static (x, y) => x.Mv(y), beta, alpha);
    }

    /// <summary>Matrix products added to this tensor: beta · this + alpha · a·b, [b, m, k] × [b, k, n] → [b, m, n].</summary>
    /// <param name="a">The left matrices, [b, m, k].</param>
    /// <param name="b">The right matrices, [b, k, n].</param>
    /// <param name="beta">Scales this tensor; 0 leaves it out, NaN and infinities included.</param>
    /// <param name="alpha">Scales the products.</param>
    /// <returns>The sums, [b, m, n]; this tensor broadcasts to them.</returns>
    /// <exception cref="ShapeException">The shapes do not fit.</exception>
    /// <exception cref="DTypeException">Integers with a factor that has a fraction.</exception>
    public Tensor Baddbmm(Tensor a, Tensor b, double beta = 1, double alpha = 1)
    {
        if (Autocast.Enabled)
        {
            using Autocast.Operation cast = Autocast.Enter("Baddbmm");
            return cast.Of(this).Baddbmm(cast.Of(a), cast.Of(b), beta, alpha);
        }

        ArgumentNullException.ThrowIfNull(a);
        return AddProduct("Baddbmm", a, b, static (x, y) => x.Bmm(y), beta, alpha);
    }

    private Tensor AddProduct(
        string operation, Tensor a, Tensor b, Func<Tensor, Tensor, Tensor> multiply, double beta, double alpha)
    {
        ArgumentNullException.ThrowIfNull(b);
        DType result = DTypes.Promote(DTypes.Promote(a.DType, b.DType), DType), compute = result.Compute();
        if (compute != result)
        {
            return To(compute).AddProduct(operation, a.To(compute), b.To(compute), multiply, beta, alpha).To(result);
        }

        Tensor product = multiply(a, b);
        if (!Shape.Broadcast(Layout.Lengths, product.Layout.Lengths, operation).AsSpan().SequenceEqual(product.Layout.Lengths))
        {
            throw new ShapeException($"{operation}: a tensor {Shape} does not broadcast to the product's shape {product.Shape}.");
        }

        Tensor scaled = product.Scaled(alpha, operation);
        return beta == 0 ? scaled : this.Scaled(beta, operation) + scaled;
    }
}
