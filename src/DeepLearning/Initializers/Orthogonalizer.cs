namespace DeepLearning.Initializers;

/// <summary>The Q of a QR decomposition, by Householder reflections, with the signs that make R's diagonal positive.</summary>
internal static class Orthogonalizer
{
    /// <summary>A row-major matrix of the same size with orthonormal rows or columns, whichever are fewer.</summary>
    public static double[] Run(ReadOnlySpan<double> values, int rows, int columns)
    {
        bool isWide = rows < columns;
        MathNet.Numerics.LinearAlgebra.Matrix<double> matrix =
            MathNet.Numerics.LinearAlgebra.Matrix<double>.Build.Dense(rows, columns, new double[rows * columns]);
        for (int i = 0; i < values.Length; i++)
        {
            matrix[i / columns, i % columns] = values[i];
        }

        var factors = (isWide ? matrix.Transpose() : matrix).QR(MathNet.Numerics.LinearAlgebra.Factorization.QRMethod.Thin);
        double[] result = new double[values.Length];
        for (int i = 0; i < result.Length; i++)
        {
            int row = i / columns, column = i % columns;
            (int major, int minor) = isWide ? (column, row) : (row, column);
            result[i] = factors.Q[major, minor] * (factors.R[minor, minor] < 0 ? -1 : 1);
        }

        return result;
    }
}
