using System.Runtime.CompilerServices;

namespace DeepLearning.Backends.Cpu;

internal sealed unsafe partial class CpuBackend
{
    public override bool TryTriangle(Tensor x, Tensor y, int diagonal, bool lower)
    {
        int columns = y.Size(-1), rows = y.Size(-2);
        if (y.Count == 0)
        {
            return true;
        }

        using Lease<byte> lx = Lease<byte>.Bytes(x), ly = Lease<byte>.Bytes(y);
        fixed (byte* px = lx, py = ly)
        {
            long lines = y.Count / columns;
            int size = y.DType.Size();
            TriangleJob job = new()
            {
                X = px,
                Y = py,
                Lines = lines,
                Rows = rows,
                Columns = columns,
                Size = size,
                Diagonal = diagonal,
                Lower = lower,
                Chunks = Workers.Chunks(lines, Math.Max(65536L / ((long)columns * size), 1)),
            };
            Workers.Run(job.Chunks, in job);
        }

        return true;
    }

    private struct TriangleJob : IJob
    {
        public byte* X;
        public byte* Y;
        public long Lines;
        public int Rows;
        public int Columns;
        public int Size;
        public int Diagonal;
        public bool Lower;
        public int Chunks;

        [MethodImpl(MethodImplOptions.NoInlining)]
        public readonly void Execute(int chunk)
        {
            long end = Lines * (chunk + 1) / Chunks;
            for (long line = Lines * chunk / Chunks; line < end; line++)
            {
                // The columns [0, split) and [split, columns): one is kept, the other cleared.
                long edge = (line % Rows) + Diagonal + (Lower ? 1 : 0);
                int split = (int)Math.Clamp(edge, 0, Columns) * Size, all = Columns * Size;
                byte* from = X + (line * all), to = Y + (line * all);
                (int keep, int clear) = Lower ? (0, split) : (split, 0);
                int kept = Lower ? split : all - split;
                Unsafe.CopyBlockUnaligned(to + keep, from + keep, (uint)kept);
                Unsafe.InitBlockUnaligned(to + clear, 0, (uint)(all - kept));
            }
        }
    }
}
