using DeepLearning.Backends;
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Storage;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>
    /// A tensor over a Math.NET matrix. A dense matrix is shared without a copy, as a view with its columns contiguous; others are copied.
    /// </summary>
    /// <typeparam name="T">float or double.</typeparam>
    /// <param name="matrix">The matrix.</param>
    /// <returns>A tensor [rows, columns].</returns>
    /// <exception cref="DTypeException"><typeparamref name="T"/> is not an element type.</exception>
    public static Tensor Wrap<T>(Matrix<T> matrix)
        where T : unmanaged, IEquatable<T>, IFormattable
    {
        ArgumentNullException.ThrowIfNull(matrix);
        T[] columns = matrix.Storage is DenseColumnMajorMatrixStorage<T> dense ? dense.Data : matrix.ToColumnMajorArray();
        return Wrap(columns, matrix.ColumnCount, matrix.RowCount).T;
    }

    /// <summary>A tensor over a Math.NET vector. A dense vector is shared without a copy, others are copied.</summary>
    /// <typeparam name="T">float or double.</typeparam>
    /// <param name="vector">The vector.</param>
    /// <exception cref="DTypeException"><typeparamref name="T"/> is not an element type.</exception>
    public static Tensor Wrap<T>(Vector<T> vector)
        where T : unmanaged, IEquatable<T>, IFormattable
    {
        ArgumentNullException.ThrowIfNull(vector);
        return Wrap(vector.Storage is DenseVectorStorage<T> dense ? dense.Data : vector.ToArray());
    }

    /// <summary>
    /// A dense Math.NET matrix with these elements, converted to <typeparamref name="T"/>: over the same array where this tensor came from
    /// one in Math.NET's order of columns, else a copy.
    /// </summary>
    /// <typeparam name="T">float or double.</typeparam>
    /// <exception cref="ShapeException">The tensor is not of rank 2.</exception>
    public Matrix<T> ToMatrix<T>()
        where T : unmanaged, IEquatable<T>, IFormattable
    {
        this.CheckRank(2, nameof(ToMatrix));
        return Matrix<T>.Build.Dense(Size(0), Size(1), Detach().Transpose(0, 1).OwnArray<T>());
    }

    /// <summary>A dense Math.NET vector with these elements: over the same array where this tensor wraps one, else a copy.</summary>
    /// <typeparam name="T">float or double.</typeparam>
    /// <exception cref="ShapeException">The tensor is not of rank 1.</exception>
    public Vector<T> ToVector<T>()
        where T : unmanaged, IEquatable<T>, IFormattable
    {
        this.CheckRank(1, nameof(ToVector));
        return Vector<T>.Build.Dense(OwnArray<T>());
    }

    /// <summary>The array that this tensor wraps as a whole, or a copy of its elements.</summary>
    private T[] OwnArray<T>()
        where T : unmanaged => DType == DTypes.Of<T>() && IsContiguous && Layout.Offset == 0
            && Storage is ArrayStorage { IsShared: true, Array: T[] array } && array.Length == Count
                ? array
                : ToArray<T>();
}
