namespace DeepLearning.Onnx.Import;

/// <summary>Matrix products.</summary>
internal static class ProductOperators
{
    public static void Add(Operators to)
    {
        to.Add("MatMul", static c => c.Keep(0, Product(c[0], c[1])));
        to.Add("Gemm", Gemm);
        to.Add("Einsum", static c => c.Keep(0, Tensor.Einsum(c.Text("equation", ""), c.Tensors())));
        to.Add("Det", static c => c.Keep(0, Linalg.Det(c[0])));
    }

    /// <summary>A matrix product, of whole numbers too.</summary>
    public static Tensor Product(Tensor a, Tensor b) => a.DType.IsFloatingPoint()
        ? a.MatMul(b)
        : a.To(DType.Float64).MatMul(b.To(DType.Float64)).To(a.DType);

    private static Value Gemm(Call c)
    {
        Tensor a = c[0], b = c[1];
        if (a.Rank != 2 || b.Rank != 2)
        {
            throw new OnnxException($"two matrices are needed, not {a.Shape} and {b.Shape}.");
        }

        bool transA = c.Flag("transA"), transB = c.Flag("transB");
        float alpha = c.Float("alpha", 1), beta = c.Float("beta", 1);
        Tensor? bias = c.Has(2) && beta != 0 ? c[2] : null;
        a = transA ? a.T : a;
        if (transB && alpha == 1 && beta == 1 && a.DType.IsFloatingPoint() && (bias is null || (bias.Rank == 1
            && bias.Size(0) == b.Size(0))))
        {
            return c.Keep(0, a.Linear(b, bias));
        }

        Tensor y = Product(a, transB ? b.T : b);
        y = alpha == 1 ? y : y.Multiply(alpha).To(c[0].DType);
        return c.Keep(0, bias is null ? y : y.Add(beta == 1 ? bias : bias.Multiply(beta).To(bias.DType)));
    }
}
