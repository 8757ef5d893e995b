namespace DeepLearning;

public partial class Tensor
{
    /// <summary>
    /// Einstein's summation: the product of the operands, summed over the subscripts that the result leaves out. <c>"ij,jk->ik"</c> is
    /// the matrix product, <c>"bij,bjk->bik"</c> the batched one, <c>"ii->i"</c> the diagonal, <c>"i,j->ij"</c> the outer product.
    /// </summary>
    /// <remarks>
    /// Subscripts are the letters a-z and A-Z. A letter that repeats within an operand takes its diagonal. An ellipsis <c>...</c> stands
    /// for any number of further axes, which broadcast. Axes of length 1 broadcast too. Without <c>-></c> the result has the ellipsis'
    /// axes, then the letters that stand once, in alphabetical order. Spaces are ignored. Operands are multiplied from left to right, each
    /// time by one batched matrix product.
    /// </remarks>
    /// <param name="equation">The subscripts.</param>
    /// <param name="operands">The operands.</param>
    /// <exception cref="ArgumentException">The equation is not well-formed, or does not fit the operands' number or ranks.</exception>
    /// <exception cref="ShapeException">A subscript stands for axes of different lengths.</exception>
    public static Tensor Einsum(string equation, params ReadOnlySpan<Tensor> operands)
    {
        using Autocast.Operation cast = Autocast.Enter("Einsum");
        operands = cast.Of(operands);
        ArgumentNullException.ThrowIfNull(equation);
        DType result = default;
        for (int i = 0; i < operands.Length; i++)
        {
            Tensor operand = operands[i];
            ArgumentNullException.ThrowIfNull(operand, nameof(operands));
            Broadcasting.CheckDevices(operands[0], operand, "Einsum");
            result = i == 0 ? operand.DType : DTypes.Promote(result, operand.DType);
        }

        if (operands.Length > 0 && result.Compute() is var compute && compute != result)
        {
            Tensor[] wide = new Tensor[operands.Length];
            for (int i = 0; i < wide.Length; i++)
            {
                wide[i] = operands[i].To(compute);
            }

            return Einsum(equation, wide).To(result);
        }

        return EinsumProduct.Of(EinsumEquation.Parse(equation, operands), operands);
    }
}
