namespace DeepLearning;

public partial class Tensor
{
    /// <summary>
    /// The Kronecker product: every element of this tensor times the whole other one, [m, n] and [p, q] → [m·p, n·q]. The one with
    /// fewer axes gets leading axes of length 1; each length of the result is the product of both.
    /// </summary>
    /// <param name="other">The other tensor.</param>
    public Tensor Kron(Tensor other)
    {
        ArgumentNullException.ThrowIfNull(other);
        int rank = Math.Max(Rank, other.Rank);
        int[] left = new int[2 * rank], right = new int[2 * rank], shape = new int[rank];
        for (int i = 1; i <= rank; i++)
        {
            int a = i <= Rank ? Size(-i) : 1, b = i <= other.Rank ? other.Size(-i) : 1;
            (left[^(2 * i)], left[^((2 * i) - 1)]) = (a, 1);
            (right[^(2 * i)], right[^((2 * i) - 1)]) = (1, b);
            shape[^i] = Shape.AxisLength((long)a * b, "Kron");
        }

        return (Reshape(left) * other.Reshape(right)).Reshape(shape);
    }
}
