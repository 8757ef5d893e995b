using System.Numerics;
using System.Numerics.Tensors;

namespace DeepLearning.Backends.Cpu;

/// <summary>Copies of a block of queries, or of their gradients, as the products want them.</summary>
internal static unsafe class AttentionPacking<T>
    where T : unmanaged, INumber<T>
{
    private const int Stride = AttentionProblem<T>.BlockQueries;

    /// <summary>Rows become lanes: target[column, row] = scale · source[row, column], zeros in the lanes behind the rows.</summary>
    public static void Transpose(T* source, nint rowStride, int rows, int columns, T* target, double scale)
    {
        if (rows < Stride)
        {
            new Span<T>(target, Stride * columns).Clear();
        }

        TransposeBlock.Run(source, rowStride, rows, columns, target, Stride);
        if (scale != 1)
        {
            T factor = T.CreateTruncating(scale);
            TensorPrimitives.Multiply(
                new ReadOnlySpan<T>(target, Stride * columns), factor, new Span<T>(target, Stride * columns));
        }
    }

    /// <summary>target[row, column] = source[row, column], zeros in the columns behind the source's.</summary>
    public static void Copy(T* source, nint rowStride, int rows, int columns, T* target, int targetColumns)
    {
        for (int row = 0; row < rows; row++)
        {
            new ReadOnlySpan<T>(source + (row * rowStride), columns).CopyTo(new Span<T>(target, columns));
            new Span<T>(target + columns, targetColumns - columns).Clear();
            target += targetColumns;
        }
    }

    /// <summary>target[row, column] = scale · source[row, column].</summary>
    public static void Scaled(T* source, int sourceColumns, int rows, int columns, T* target, nint rowStride, double scale)
    {
        T factor = T.CreateTruncating(scale);
        for (int row = 0; row < rows; row++)
        {
            TensorPrimitives.Multiply(
                new ReadOnlySpan<T>(source + ((long)row * sourceColumns), columns), factor,
                new Span<T>(target + (row * rowStride), columns));
        }
    }
}
