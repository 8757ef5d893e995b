using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Backends.Cpu;

/// <summary>Where the matrices of a batch start, in elements from the first: evenly spaced, or listed.</summary>
internal readonly unsafe struct BatchOffsets
{
    private readonly long _stride;
    private readonly long* _offsets;

    public BatchOffsets(long stride) => _stride = stride;

    public BatchOffsets(long* offsets) => _offsets = offsets;

    public long this[int index] => _offsets == null ? index * _stride : _offsets[index];
}

/// <content>Products over a batch.</content>
internal static unsafe partial class Gemm
{
    /// <summary>Multiply-adds that are worth a chunk of their own: some µs.</summary>
    private const long BatchChunkWork = 1 << 18;

    /// <summary>With this much work in each product, the products run one after the other, each on all threads.</summary>
    private const long LargeWork = 1 << 24;

    /// <summary>
    /// C_i = epilogue(A_i · B_i), or epilogue(C_i + A_i · B_i), for every i of the batch; the matrices share sizes, strides and
    /// epilogue. The same bits as single products.
    /// </summary>
    public static void RunBatch<T, TEpilogue>(
        int batches, int m, int n, int k, StridedMatrix<T> a, BatchOffsets aOffsets, StridedMatrix<T> b, BatchOffsets bOffsets,
        T* c, BatchOffsets cOffsets, long cRowStride, bool accumulate, in TEpilogue epilogue)
        where T : unmanaged, INumberBase<T>
        where TEpilogue : struct, IGemmEpilogue<T>
    {
        var job = new BatchJob<T, TEpilogue>
        {
            Batches = batches,
            M = m,
            N = n,
            K = k,
            A = a,
            AOffsets = aOffsets,
            B = b,
            BOffsets = bOffsets,
            C = c,
            COffsets = cOffsets,
            CRowStride = cRowStride,
            Accumulate = accumulate,
            IsInvariant = BatchInvariance.Enabled,
            Epilogue = epilogue,
        };
        var work = Math.Max((long)m * n, 1) * Math.Max(k, 1);
        job.Chunks = work >= LargeWork ? 1 : Math.Min(batches, Workers.Chunks(batches * work, BatchChunkWork));
        if (job.Chunks <= 1)
        {
            job.Chunks = 1;
            job.Execute(0);
        }
        else
        {
            Workers.Run(job.Chunks, in job);
        }
    }

    private struct BatchJob<T, TEpilogue> : IJob
        where T : unmanaged, INumberBase<T>
        where TEpilogue : struct, IGemmEpilogue<T>
    {
        public int Batches;
        public int Chunks;
        public int M;
        public int N;
        public int K;
        public StridedMatrix<T> A;
        public BatchOffsets AOffsets;
        public StridedMatrix<T> B;
        public BatchOffsets BOffsets;
        public T* C;
        public BatchOffsets COffsets;
        public long CRowStride;
        public bool Accumulate;
        public bool IsInvariant;
        public TEpilogue Epilogue;

        [MethodImpl(MethodImplOptions.NoInlining)]
        public readonly void Execute(int chunk)
        {
            var end = (int)((long)Batches * (chunk + 1) / Chunks);
            for (var i = (int)((long)Batches * chunk / Chunks); i < end; i++)
            {
                var a = new StridedMatrix<T>(A.Data + AOffsets[i], A.RowStride, A.ColumnStride);
                var b = new StridedMatrix<T>(B.Data + BOffsets[i], B.RowStride, B.ColumnStride);
                Run(M, N, K, a, b, C + COffsets[i], CRowStride, Accumulate, IsInvariant, Epilogue);
            }
        }
    }
}
