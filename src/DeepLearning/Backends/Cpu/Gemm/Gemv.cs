using System.Runtime.CompilerServices;

namespace DeepLearning.Backends.Cpu;

/// <summary>
/// Matrix-vector products: y[i] = Σ over p of lines[i][p] · x[p]. Both forms read the matrix once, in the order of memory, and
/// are parallel over fixed blocks of lines.
/// </summary>
internal static unsafe class Gemv<T, V, TSimd>
    where T : unmanaged
    where V : struct
    where TSimd : struct, ISimd<T, V>
{
    /// <summary>Elements of the matrix that are worth a chunk of their own.</summary>
    private const long ChunkWork = 1 << 16;

    /// <summary>Vectors of y that are summed at once where the lines stand side by side.</summary>
    private const int StripVectors = 8;

    /// <summary>Lines that are summed at once where they run along memory.</summary>
    private const int BlockLines = 64;

    /// <summary>Whether <see cref="Run"/> can read lines of these strides: contiguous along k, or side by side.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Fits(long lineStride, long kStride) => kStride == 1 || lineStride == 1;

    /// <summary>
    /// The products of <paramref name="lines"/> rows of the matrix, of length <paramref name="k"/> (at least 1), with x. They go
    /// to C as its one row (<paramref name="asRow"/>) or as its one column with the given row stride.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Run<TEpilogue>(
        int lines, int k, StridedMatrix<T> matrix, T* x, long xStride, T* c, long cStride, bool asRow, bool accumulate, in TEpilogue
            epilogue)
        where TEpilogue : struct, IGemmEpilogue<T>
    {
        var alongK = matrix.ColumnStride == 1;
        if (alongK && xStride != 1)
        {
            var copy = GemmScratch.Get<T>(k);
            for (var p = 0; p < k; p++)
            {
                copy[p] = x[p * xStride];
            }

            x = copy;
            xStride = 1;
        }

        var job = new Job<TEpilogue>
        {
            Lines = lines,
            K = k,
            Matrix = matrix,
            X = x,
            XStride = (nint)xStride,
            C = c,
            CStride = (nint)cStride,
            AsRow = asRow,
            AlongK = alongK,
            Accumulate = accumulate,
            Epilogue = epilogue,
            Unit = alongK ? BlockLines : StripVectors * TSimd.Count,
        };
        var units = (lines + job.Unit - 1) / job.Unit;
        job.Chunks = Math.Min(units, Workers.Chunks((long)lines * k, ChunkWork));
        if (job.Chunks == 1)
        {
            job.Execute(0);
        }
        else
        {
            Workers.Run(job.Chunks, in job);
        }
    }

    private struct Job<TEpilogue> : IJob
        where TEpilogue : struct, IGemmEpilogue<T>
    {
        public int Lines;
        public int K;
        public StridedMatrix<T> Matrix;
        public T* X;
        public nint XStride;
        public T* C;
        public nint CStride;
        public bool AsRow;
        public bool AlongK;
        public bool Accumulate;
        public TEpilogue Epilogue;
        public int Unit;
        public int Chunks;

        [SkipLocalsInit]
        [MethodImpl(MethodImplOptions.NoInlining)]
        public readonly void Execute(int chunk)
        {
            var sums = stackalloc T[Math.Max(BlockLines, StripVectors * TSimd.Count)];
            var units = (Lines + Unit - 1) / Unit;
            var end = (int)Math.Min(Lines, (long)units * (chunk + 1) / Chunks * Unit);
            for (var first = (int)((long)units * chunk / Chunks * Unit); first < end; first += Unit)
            {
                var count = Math.Min(Unit, end - first);
                var data = Matrix.Data + (first * Matrix.RowStride);
                if (AlongK)
                {
                    LineDots<T, V, TSimd>.Run(data, (nint)Matrix.RowStride, count, K, X, sums);
                }
                else
                {
                    Strip(data, (nint)Matrix.ColumnStride, count, K, X, XStride, sums);
                }

                if (AsRow)
                {
                    GemmMerge<T, V, TSimd, TEpilogue>.Run(sums, 0, C + first, 0, 0, 1, first, count, Accumulate, true, Epilogue);
                }
                else
                {
                    GemmMerge<T, V, TSimd, TEpilogue>.Run(
                        sums, 1, C + (first * CStride), CStride, first, count, 0, 1, Accumulate, true, Epilogue);
                }
            }
        }
    }

    /// <summary>Sums lines that stand side by side: one multiply-add chain an element, in the order of k.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Strip(T* data, nint kStride, int count, int k, T* x, nint xStride, T* sums)
    {
        if (count == StripVectors * TSimd.Count)
        {
            V s0 = TSimd.Zero, s1 = TSimd.Zero, s2 = TSimd.Zero, s3 = TSimd.Zero;
            V s4 = TSimd.Zero, s5 = TSimd.Zero, s6 = TSimd.Zero, s7 = TSimd.Zero;
            for (var p = 0; p < k; p++)
            {
                var factor = TSimd.Broadcast(*x);
                s0 = TSimd.MultiplyAdd(TSimd.Load(data), factor, s0);
                s1 = TSimd.MultiplyAdd(TSimd.Load(data + TSimd.Count), factor, s1);
                s2 = TSimd.MultiplyAdd(TSimd.Load(data + (2 * TSimd.Count)), factor, s2);
                s3 = TSimd.MultiplyAdd(TSimd.Load(data + (3 * TSimd.Count)), factor, s3);
                s4 = TSimd.MultiplyAdd(TSimd.Load(data + (4 * TSimd.Count)), factor, s4);
                s5 = TSimd.MultiplyAdd(TSimd.Load(data + (5 * TSimd.Count)), factor, s5);
                s6 = TSimd.MultiplyAdd(TSimd.Load(data + (6 * TSimd.Count)), factor, s6);
                s7 = TSimd.MultiplyAdd(TSimd.Load(data + (7 * TSimd.Count)), factor, s7);
                data += kStride;
                x += xStride;
            }

            TSimd.Store(sums, s0);
            TSimd.Store(sums + TSimd.Count, s1);
            TSimd.Store(sums + (2 * TSimd.Count), s2);
            TSimd.Store(sums + (3 * TSimd.Count), s3);
            TSimd.Store(sums + (4 * TSimd.Count), s4);
            TSimd.Store(sums + (5 * TSimd.Count), s5);
            TSimd.Store(sums + (6 * TSimd.Count), s6);
            TSimd.Store(sums + (7 * TSimd.Count), s7);
            return;
        }

        for (var j = 0; j < count; j += TSimd.Count)
        {
            var left = Math.Min(TSimd.Count, count - j);
            var sum = TSimd.Zero;
            var source = data + j;
            var factors = x;
            if (left == TSimd.Count)
            {
                for (var p = 0; p < k; p++)
                {
                    sum = TSimd.MultiplyAdd(TSimd.Load(source), TSimd.Broadcast(*factors), sum);
                    source += kStride;
                    factors += xStride;
                }
            }
            else
            {
                for (var p = 0; p < k; p++)
                {
                    sum = TSimd.MultiplyAdd(TSimd.LoadPartial(source, left), TSimd.Broadcast(*factors), sum);
                    source += kStride;
                    factors += xStride;
                }
            }

            TSimd.Store(sums + j, sum);
        }
    }
}
