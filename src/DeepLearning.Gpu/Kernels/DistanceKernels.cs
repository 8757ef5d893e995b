using System.Runtime.CompilerServices;
using DeepLearning.Numerics;
using ILGPU;

namespace DeepLearning.Backends.Gpu;

/// <summary>Distances of rows.</summary>
internal static class DistanceKernels
{
    /// <summary>
    /// Products [batches, rows, others] of centered rows to distances, in place: from the squares where that keeps the digits, otherwise
    /// from the differences. Limited by memory where rows are far apart.
    /// </summary>
    public static void Rows<TElement, S, R>(
        ArrayView<S> a, ArrayView<S> b, ArrayView<S> squaresA, ArrayView<S> squaresB, ArrayView<S> y, long rows, long others, int length,
        double share, double least)
        where TElement : struct, IElement<S, R>
        where S : unmanaged
        where R : struct, IReal<R>
    {
        for (long i = GridStride.First; i < y.Length; i += GridStride.Step)
        {
            long row = i / others, other = (row / rows * others) + (i - (row * others));
            R product = TElement.Load(y[i]), sum = TElement.Load(squaresA[row]) + TElement.Load(squaresB[other]);
            R square = sum - (product + product), limit = share;

            // Also where the squares overflowed, vanished or are not numbers.
            Mask<R> isExact = R.LessOrEqual(sum * limit, square) & R.LessOrEqual(least, sum) & R.Less(square, double.PositiveInfinity);
            R distance = R.Sqrt(square);
            if (TElement.Truth(isExact) == 0)
            {
                distance = Direct<TElement, S, R>(a, b, row * length, other * length, length, least);
            }

            y[i] = TElement.Store(distance);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static R Direct<TElement, S, R>(ArrayView<S> a, ArrayView<S> b, long atA, long atB, int length, double least)
        where TElement : struct, IElement<S, R>
        where S : unmanaged
        where R : struct, IReal<R>
    {
        R sum = 0.0, greatest = 0.0;
        for (int k = 0; k < length; k++)
        {
            R difference = TElement.Load(a[atA + k]) - TElement.Load(b[atB + k]);
            greatest = R.Max(greatest, R.Abs(difference));
            sum = R.MultiplyAdd(difference, difference, sum);
        }

        R distance = R.Sqrt(sum);
        Mask<R> fits = R.LessOrEqual(least, sum) & R.Less(sum, double.PositiveInfinity);
        Mask<R> scales = R.Less(0.0, greatest) & R.Less(greatest, double.PositiveInfinity);
        if (TElement.Truth(fits) == 0)
        {
            distance = greatest;
            if (TElement.Truth(scales) != 0)
            {
                // Over the greatest of them, differences have squares that are neither too large nor too small.
                sum = 0.0;
                for (int k = 0; k < length; k++)
                {
                    R part = (TElement.Load(a[atA + k]) - TElement.Load(b[atB + k])) / greatest;
                    sum = R.MultiplyAdd(part, part, sum);
                }

                distance = greatest * R.Sqrt(sum);
            }
        }

        return distance;
    }
}
