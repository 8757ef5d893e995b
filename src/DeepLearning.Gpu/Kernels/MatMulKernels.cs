using System.Runtime.InteropServices;
using DeepLearning.Numerics;
using ILGPU;

namespace DeepLearning.Backends.Gpu;

/// <summary>The sizes of a batch of matrix products y[m, n] = a[m, k] · b[k, n], and the strides of the operands.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct MatMulPlaces(
    int m, int n, int k, Axes batchAxes, Strides aBatch, Strides bBatch, long aRow, long aColumn, long bRow, long bColumn)
{
    public readonly Axes BatchAxes = batchAxes;
    public readonly Strides ABatch = aBatch;
    public readonly Strides BBatch = bBatch;
    public readonly long ARow = aRow;
    public readonly long AColumn = aColumn;
    public readonly long BRow = bRow;
    public readonly long BColumn = bColumn;
    public readonly int M = m;
    public readonly int N = n;
    public readonly int K = k;
}

/// <summary>Products of integer matrices, which are small and rare. y is contiguous; the operands have any strides.</summary>
internal static class MatMulKernels
{
    /// <summary>One thread a result, of any element type: the sum along k in order. Limited by the cache.</summary>
    public static void Simple<TElement, S, R>(ArrayView<S> a, ArrayView<S> b, ArrayView<S> y, MatMulPlaces places)
        where TElement : struct, IElement<S, R>
        where S : unmanaged
        where R : struct, IReal<R>
    {
        for (long i = GridStride.First; i < y.Length; i += GridStride.Step)
        {
            long row = i / places.N;
            long column = i - (row * places.N);
            long batch = row / places.M;
            Place place = places.BatchAxes.At(batch);
            long ia = places.ABatch.At(place) + ((row - (batch * places.M)) * places.ARow);
            long ib = places.BBatch.At(place) + (column * places.BColumn);
            R sum = 0.0;
            for (int k = 0; k < places.K; k++)
            {
                sum = R.MultiplyAdd(TElement.Load(a[ia]), TElement.Load(b[ib]), sum);
                ia += places.AColumn;
                ib += places.BRow;
            }

            y[i] = TElement.Store(sum);
        }
    }
}
