namespace DeepLearning;

public static partial class Linalg
{
    /// <summary>The determinants of square matrices, [.., n, n] → [..].</summary>
    /// <param name="x">The matrices.</param>
    /// <exception cref="ShapeException">The last two axes differ in length.</exception>
    /// <exception cref="DTypeException">The type is neither float32 nor float64.</exception>
    public static Tensor Det(Tensor x)
    {
        using Autocast.Operation cast = Autocast.Enter("Linalg");
        x = cast.Of(x);
        CheckSquare(x, "Det");
        CheckType(x, "Det");
        MatrixBatch input = new(x), values = input.Room(1, 1);
        for (int i = 0; i < input.Count; i++)
        {
            double product = 1;
            foreach (double factor in DeterminantFactors(input, i))
            {
                product *= factor;
            }

            values.Write(i, [product]);
        }

        Tensor result = values.ToTensor(x.DType).Reshape(BatchOf(x));
        return Recording.Of(new DetOperation(x), result, x);
    }

    /// <summary>
    /// The determinants' signs (1, −1, or 0 when singular) and the logarithms of their magnitudes (−∞ when singular), [.., n, n] → [..]
    /// each, where the determinant itself would overflow or vanish.
    /// </summary>
    /// <param name="x">The matrices.</param>
    /// <returns>The signs and logarithms. The sign carries no gradient; that of the logarithm is NaN for a singular matrix.</returns>
    /// <exception cref="ShapeException">The last two axes differ in length.</exception>
    /// <exception cref="DTypeException">The type is neither float32 nor float64.</exception>
    public static (Tensor Sign, Tensor LogAbsDet) SlogDet(Tensor x)
    {
        using Autocast.Operation cast = Autocast.Enter("Linalg");
        x = cast.Of(x);
        CheckSquare(x, "SlogDet");
        CheckType(x, "SlogDet");
        MatrixBatch input = new(x), signs = input.Room(1, 1), logarithms = input.Room(1, 1);
        for (int i = 0; i < input.Count; i++)
        {
            double sign = 1, logarithm = 0;
            foreach (double factor in DeterminantFactors(input, i))
            {
                sign *= double.IsNaN(factor) ? double.NaN : Math.Sign(factor);
                logarithm += Math.Log(Math.Abs(factor));
            }

            signs.Write(i, [sign]);
            logarithms.Write(i, [logarithm]);
        }

        Tensor result = logarithms.ToTensor(x.DType).Reshape(BatchOf(x));
        Tensor signOf = Recording.Of(new NamedOperation("SlogDetSign"), signs.ToTensor(x.DType).Reshape(BatchOf(x)), x);
        return (signOf, Recording.Of(new SlogDetOperation(x), result, x));
    }

    /// <summary>The diagonal of the LU factors, with the signs of the row exchanges: their product is the determinant.</summary>
    private static double[] DeterminantFactors(MatrixBatch input, int index)
    {
        int n = input.Rows;
        double[] lu = input.Copy(index), factors = new double[n];
        int[] pivots = new int[n];
        Factorization.Lu(lu, n, pivots);
        for (int i = 0; i < n; i++)
        {
            double pivot = lu[i * (n + 1)];
            factors[i] = pivots[i] == i ? pivot : -pivot;
        }

        return factors;
    }

    private readonly struct SlogDetOperation(Tensor x) : IOperation
    {
        public string Name => "SlogDet";

        public Node CreateNode() => new SlogDetNode(x);
    }

    // The logarithm of 0 has no derivative: where one is asked for, it is NaN, in that matrix alone.
    private sealed class SlogDetNode : Node
    {
        public SlogDetNode(Tensor x) => Save(x);

        protected internal override void Backward(Tensor gradient, Span<Tensor?> gradients)
        {
            Tensor x = Saved(0), isSingular = Singular(x);
            if (!isSingular.Any().Item<bool>())
            {
                gradients[0] = AsMatrices(gradient) * Inverse(x, "SlogDet").T;
                return;
            }

            Tensor regular = Tensor.Where(AsMatrices(isSingular), Identity(x.Size(-1), x.DType, x.Device), x);
            Tensor undefined = Tensor.Where(gradient.EqualTo(0), Tensor.ZerosLike(gradient), Tensor.FullLike(gradient, double.NaN));
            gradients[0] = Tensor.Where(
                AsMatrices(isSingular), AsMatrices(undefined), AsMatrices(gradient) * Inverse(regular, "SlogDet").T);
        }
    }
}
