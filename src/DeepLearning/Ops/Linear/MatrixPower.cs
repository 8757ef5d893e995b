namespace DeepLearning;

public partial class Tensor
{
    /// <summary>
    /// Square matrices multiplied with themselves: A·A···A, [.., n, n] → [.., n, n], by repeated squaring. The power 0 is the identity, a
    /// negative power that of the inverse.
    /// </summary>
    /// <param name="power">How many factors.</param>
    /// <exception cref="ShapeException">The last two axes differ in length.</exception>
    /// <exception cref="LinalgException">The power is negative and a matrix is singular.</exception>
    public Tensor MatrixPower(int power)
    {
        Linalg.CheckSquare(this, "MatrixPower");
        if (power == 0)
        {
            // Recorded, with a gradient of 0: the power still depends on this tensor in the eyes of the caller.
            Tensor all = Ones([1, 1], DType.Bool, Device);
            return Where(all, Linalg.Identity(Size(-1), DType, Device), this);
        }

        if (DType.Compute() != DType)
        {
            return To(DType.Compute()).MatrixPower(power).To(DType);
        }

        Tensor square = power < 0 ? Linalg.Inverse(this) : this;
        Tensor? product = null;
        for (uint bits = (uint)Math.Abs((long)power); ; square = square.MatMul(square))
        {
            if ((bits & 1) != 0)
            {
                product = product is null ? square : product.MatMul(square);
            }

            bits >>= 1;
            if (bits == 0)
            {
                // The first power is a copy, as the others are.
                return ReferenceEquals(product, this) ? Clone() : product!;
            }
        }
    }
}
