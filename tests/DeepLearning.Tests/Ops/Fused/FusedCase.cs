namespace DeepLearning.Tests.Ops.Fused;

/// <summary>A call of an operation that the processor computes in one piece.</summary>
/// <param name="Name">What is called, and how.</param>
/// <param name="Run">The call; made twice, it must do the same.</param>
/// <param name="Shapes">The shapes of the operands, which all have gradients.</param>
public sealed record FusedCase(string Name, Func<Tensor[], Tensor> Run, params int[][] Shapes)
{
    public override string ToString() => Name;

    /// <summary>Operands in ±1, the same each time.</summary>
    public Tensor[] Operands(DType dtype)
    {
        Tensor[] operands = new Tensor[Shapes.Length];
        for (int i = 0; i < operands.Length; i++)
        {
            operands[i] = Convolution.Images.Numbers(Shapes[i], i + 1).To(dtype);
            operands[i].RequiresGrad = true;
        }

        return operands;
    }
}
