using System.Runtime.CompilerServices;

namespace DeepLearning.Backends.Cpu;

/// <summary>Work on one row of an operand, independent of the other rows.</summary>
internal interface IRowKernel
{
    void Run(long row);
}

/// <summary>Shares rows out to the threads; chunks depend on the sizes only.</summary>
internal static class RowLoop
{
    /// <summary>Elements per chunk: enough to pay for handing it to a thread.</summary>
    private const long ChunkSize = 16384;

    /// <summary>How many chunks so many rows are.</summary>
    public static int Chunks(long rows, long length) => (int)Math.Min(Workers.Chunks(rows * Math.Max(length, 1), ChunkSize), rows);

    public static void Run<TKernel>(in TKernel kernel, long rows, long length)
        where TKernel : struct, IRowKernel
    {
        int chunks = Chunks(rows, length);
        Workers.Run(chunks, new Job<TKernel> { Kernel = kernel, Rows = rows, Chunks = chunks });
    }

    private struct Job<TKernel> : IJob
        where TKernel : struct, IRowKernel
    {
        public TKernel Kernel;
        public long Rows;
        public int Chunks;

        [MethodImpl(MethodImplOptions.NoInlining)]
        public readonly void Execute(int chunk)
        {
            long end = Rows * (chunk + 1) / Chunks;
            for (long row = Rows * chunk / Chunks; row < end; row++)
            {
                Kernel.Run(row);
            }
        }
    }
}
