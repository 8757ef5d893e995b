using System.Numerics;
using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning.Backends.Cpu;

internal sealed unsafe partial class CpuBackend
{
    public override bool TryRowDistances(Tensor a, Tensor b, Tensor squaresA, Tensor squaresB, double share, Tensor products)
    {
        ElementTypes.Floats(a.DType, new RowDistancesWork(a, b, squaresA, squaresB, share, products));
        return true;
    }

    private static void RowDistances<T>(Tensor a, Tensor b, Tensor squaresA, Tensor squaresB, double share, double least, Tensor y)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        using Lease<T> la = new(a), lb = new(b), lsa = new(squaresA), lsb = new(squaresB), ly = new(y);
        fixed (T* pa = la, pb = lb, psa = lsa, psb = lsb, py = ly)
        {
            DistanceRow<T> row = new()
            {
                A = pa,
                B = pb,
                SquaresA = psa,
                SquaresB = psb,
                Y = py,
                Rows = a.Size(-2),
                Others = b.Size(-2),
                Length = a.Size(-1),
                Share = T.CreateTruncating(share),
                Least = T.CreateTruncating(least),
            };
            RowLoop.Run(row, y.Count / row.Others, row.Others * 4L);
        }
    }

    private struct DistanceRow<T> : IRowKernel
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        public T* A;
        public T* B;
        public T* SquaresA;
        public T* SquaresB;
        public T* Y;
        public long Rows;
        public int Others;
        public nint Length;
        public T Share;
        public T Least;

        public readonly void Run(long row)
        {
            long others = row / Rows * Others;
            T* a = A + (row * Length), y = Y + (row * Others);
            for (int j = 0; j < Others; j++)
            {
                T sum = SquaresA[row] + SquaresB[others + j], square = sum - (y[j] + y[j]);
                // Also where the squares overflowed, vanished or are not numbers.
                bool isExact = square >= sum * Share && sum >= Least && T.IsFinite(square);
                y[j] = isExact ? T.Sqrt(square) : Direct(a, B + ((others + j) * Length));
            }
        }

        private readonly T Direct(T* a, T* b)
        {
            double square = StepSum<SquaredDifferenceStep, T>.Run(default, a, b, Length);
            return square >= double.CreateTruncating(Least) && double.IsFinite(square)
                ? T.CreateTruncating(Math.Sqrt(square))
                : Scaled(a, b);
        }

        /// <summary>With the differences divided by the greatest, whose squares are neither too large nor too small.</summary>
        private readonly T Scaled(T* a, T* b)
        {
            double greatest = 0, sum = 0;
            for (nint i = 0; i < Length; i++)
            {
                greatest = Math.Max(greatest, Math.Abs(double.CreateTruncating(a[i]) - double.CreateTruncating(b[i])));
            }

            if (greatest == 0 || !double.IsFinite(greatest))
            {
                return T.CreateTruncating(greatest);
            }

            for (nint i = 0; i < Length; i++)
            {
                double share = (double.CreateTruncating(a[i]) - double.CreateTruncating(b[i])) / greatest;
                sum += share * share;
            }

            return T.CreateTruncating(greatest * Math.Sqrt(sum));
        }
    }

    private readonly struct RowDistancesWork(Tensor a, Tensor b, Tensor squaresA, Tensor squaresB, double share, Tensor products)
        : IFloatWork
    {
        public void Run<T>()
            where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
                RowDistances<T>(a, b, squaresA, squaresB, share, typeof(T) == typeof(float) ? 1e-30 : 1e-280, products);
    }
}

/// <summary>(x0 − x1)²</summary>
internal readonly struct SquaredDifferenceStep : ILaneStep<SquaredDifferenceStep>
{
    public static int Inputs => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Step<R>(R x0, R x1, R x2, R x3, R x4)
        where R : struct, IReal<R>
    {
        R difference = x0 - x1;
        return difference * difference;
    }
}
