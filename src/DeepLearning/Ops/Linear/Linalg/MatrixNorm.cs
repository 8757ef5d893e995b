namespace DeepLearning;

/// <summary>Which norm of a matrix. PyTorch's name is given for each.</summary>
public enum MatrixNormKind
{
    /// <summary>The root of the sum of squares ("fro").</summary>
    Frobenius,

    /// <summary>The sum of the singular values ("nuc").</summary>
    Nuclear,

    /// <summary>The greatest singular value (2).</summary>
    Spectral,

    /// <summary>The least singular value (−2).</summary>
    LeastSingularValue,

    /// <summary>The greatest sum of magnitudes of a column (1).</summary>
    MaxColumnSum,

    /// <summary>The least sum of magnitudes of a column (−1).</summary>
    MinColumnSum,

    /// <summary>The greatest sum of magnitudes of a row (∞).</summary>
    MaxRowSum,

    /// <summary>The least sum of magnitudes of a row (−∞).</summary>
    MinRowSum,
}

public static partial class Linalg
{
    /// <summary>A norm of each matrix, [.., m, n] → [..]. For vectors there is <see cref="Tensor.Norm"/>.</summary>
    /// <param name="x">The matrices.</param>
    /// <param name="kind">Which norm.</param>
    /// <exception cref="ShapeException">There are fewer than two axes, or the norm needs an element where there is none.</exception>
    /// <exception cref="DTypeException">The type is neither float32 nor float64.</exception>
    /// <exception cref="LinalgException">Singular values are needed, and a matrix contains NaN or infinity.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="kind"/> is none of the kinds.</exception>
    public static Tensor MatrixNorm(Tensor x, MatrixNormKind kind = MatrixNormKind.Frobenius)
    {
        using Autocast.Operation cast = Autocast.Enter("Linalg");
        x = cast.Of(x);
        CheckMatrix(x, "MatrixNorm");
        CheckType(x, "MatrixNorm");
        return kind switch
        {
            MatrixNormKind.Frobenius => x.Norm(2, [-2, -1]),
            MatrixNormKind.Nuclear => SvdVals(x).Sum(-1),
            MatrixNormKind.Spectral => SvdVals(x).Amax(-1),
            MatrixNormKind.LeastSingularValue => SvdVals(x).Amin(-1),
            MatrixNormKind.MaxColumnSum => x.Abs().Sum(-2).Amax(-1),
            MatrixNormKind.MinColumnSum => x.Abs().Sum(-2).Amin(-1),
            MatrixNormKind.MaxRowSum => x.Abs().Sum(-1).Amax(-1),
            MatrixNormKind.MinRowSum => x.Abs().Sum(-1).Amin(-1),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "MatrixNorm: this is none of the kinds of norm."),
        };
    }

    /// <summary>
    /// The condition number, ‖A‖·‖A⁻¹‖: by how much solving may enlarge a relative error; [.., n, n] → [..]. In the spectral norm it is the
    /// greatest singular value over the least, also of matrices that are not square. Infinite for a singular matrix; by singular values
    /// NaN for one of zeros (0 / 0), as in PyTorch.
    /// </summary>
    /// <param name="x">The matrices.</param>
    /// <param name="kind">The norm to take.</param>
    /// <exception cref="ShapeException">The matrices are not square, and the norm is not by singular values.</exception>
    /// <exception cref="DTypeException">The type is neither float32 nor float64.</exception>
    /// <exception cref="LinalgException">The norm is by singular values, and a matrix contains NaN or infinity.</exception>
    public static Tensor Cond(Tensor x, MatrixNormKind kind = MatrixNormKind.Spectral)
    {
        using Autocast.Operation cast = Autocast.Enter("Linalg");
        x = cast.Of(x);
        CheckMatrix(x, "Cond");
        CheckType(x, "Cond");
        if (x.Size(-1) == 0 && x.Size(-2) == 0)
        {
            return Tensor.Zeros(BatchOf(x), x.DType, x.Device);
        }

        if (kind is MatrixNormKind.Spectral or MatrixNormKind.LeastSingularValue)
        {
            Tensor values = SvdVals(x), greatest = values.Amax(-1), least = values.Amin(-1);
            return kind == MatrixNormKind.Spectral ? greatest / least : least / greatest;
        }

        CheckSquare(x, "Cond");
        if (kind == MatrixNormKind.Nuclear)
        {
            Tensor values = SvdVals(x);
            return values.Sum(-1) * values.Reciprocal().Sum(-1);
        }

        Tensor isSingular = Singular(x);
        if (!isSingular.Any().Item<bool>())
        {
            return MatrixNorm(x, kind) * MatrixNorm(Inverse(x, "Cond"), kind);
        }

        // The identity stands in for singular matrices, so that the others get their number and their gradient.
        Tensor regular = Tensor.Where(AsMatrices(isSingular), Identity(x.Size(-1), x.DType, x.Device), x);
        Tensor infinity = Tensor.FromScalar(double.PositiveInfinity, x.DType, x.Device);
        return Tensor.Where(isSingular, infinity, MatrixNorm(regular, kind) * MatrixNorm(Inverse(regular, "Cond"), kind));
    }

    /// <summary>Which matrices have a zero on the diagonal of their LU factor, [.., n, n] → [..].</summary>
    private static Tensor Singular(Tensor x)
    {
        MatrixBatch matrices = new(x);
        bool[] singular = new bool[matrices.Count];
        int[] pivots = new int[matrices.Rows];
        for (int i = 0; i < singular.Length; i++)
        {
            singular[i] = Factorization.Lu(matrices.Copy(i), matrices.Rows, pivots) >= 0;
        }

        return Tensor.From(singular, BatchOf(x)).To(x.Device);
    }
}
