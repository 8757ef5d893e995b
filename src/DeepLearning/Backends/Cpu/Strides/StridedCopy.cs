using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Backends.Cpu;

/// <summary>
/// Copies between two layouts of one element type, where at least one is not contiguous: runs by block copies, exchanged axes by tiles that
/// go through registers, two or three lines that are dealt out in turn (channels into pixels) side by side, and anything else element by
/// element along the destination's innermost axis.
/// </summary>
internal static unsafe class StridedCopy
{
    /// <summary>Bytes a chunk moves at least.</summary>
    private const long Grain = 65536;

    /// <summary>The longest run one chunk copies, in bytes: longer ones are shared out.</summary>
    private const long LongestRun = 262144;

    /// <summary>Sides of a tile in elements: a tile of any element type fits into the first-level cache.</summary>
    private const int TileSide = 64;

    /// <summary>Elements of each of a few lines that one chunk deals out.</summary>
    private const int DealtLength = 4096;

    /// <summary>Source lines that are transposed together.</summary>
    private const int Lines = 16;

    public static void Run(Tensor source, Tensor destination) => ElementTypes.Bits(destination.DType, new Copying(source, destination));

    private static void Run<T>(Tensor source, Tensor destination)
        where T : unmanaged
    {
        if (destination.Count == 0)
        {
            return;
        }

        int rank = destination.Rank;
        long* axes = stackalloc long[3 * (rank + 1)];
        long* lengths = axes, from = axes + rank + 1, to = from + rank + 1;
        int count = Merge(source.Layout.BroadcastTo(destination.Layout.Lengths), destination.Layout, lengths, from, to);
        int inner = count - 1, crossed = -1;
        if (to[inner] == 1 && from[inner] != 1 && lengths[inner] > 1)
        {
            // An axis along which the source is contiguous, while the destination is so along the innermost.
            for (int axis = 0; axis < inner; axis++)
            {
                crossed = from[axis] == 1 && lengths[axis] >= 4 ? axis : crossed;
            }
        }

        using Lease<T> ls = new(source), ld = new(destination);
        fixed (T* ps = ls, pd = ld)
        {
            Job<T> job = new()
            {
                Source = ps,
                Destination = pd,
                Axes = count,
                Lengths = lengths,
                From = from,
                To = to,
                Crossed = crossed,
            };
            if (crossed >= 0)
            {
                job.IsDealt = lengths[inner] < 4;
                int side = job.IsDealt ? DealtLength : TileSide;
                job.CrossedParts = (lengths[crossed] + side - 1) / side;
                job.InnerParts = (lengths[inner] + TileSide - 1) / TileSide;
            }
            else
            {
                job.CrossedParts = 1;
                job.InnerParts = ((lengths[inner] * sizeof(T)) + LongestRun - 1) / LongestRun;
            }

            long rows = 1;
            for (int axis = 0; axis < inner; axis++)
            {
                rows *= axis == crossed ? 1 : lengths[axis];
            }

            job.Units = rows * job.CrossedParts * job.InnerParts;
            job.Chunks = Workers.Chunks(job.Units, Math.Max(Grain / (Math.Max(destination.Count / job.Units, 1) * sizeof(T)), 1));
            Workers.Run(job.Chunks, in job);
        }
    }

    /// <summary>The axes in the order of the destination's memory, neighbors merged where both sides allow it; at least one.</summary>
    private static int Merge(Layout source, Layout destination, long* lengths, long* from, long* to)
    {
        int count = 0;
        for (int axis = 0; axis < destination.Rank; axis++)
        {
            long length = destination.Lengths[axis], stride = destination.Strides[axis];
            if (length == 1)
            {
                continue;
            }

            int place = count++;
            for (; place > 0 && to[place - 1] < stride; place--)
            {
                (lengths[place], from[place], to[place]) = (lengths[place - 1], from[place - 1], to[place - 1]);
            }

            (lengths[place], from[place], to[place]) = (length, source.Strides[axis], stride);
        }

        if (count == 0)
        {
            (lengths[0], from[0], to[0]) = (1, 1, 1);
            return 1;
        }

        int merged = 0;
        for (int axis = 1; axis < count; axis++)
        {
            if (to[merged] == to[axis] * lengths[axis] && from[merged] == from[axis] * lengths[axis])
            {
                (lengths[merged], from[merged], to[merged]) = (lengths[merged] * lengths[axis], from[axis], to[axis]);
            }
            else
            {
                merged++;
                (lengths[merged], from[merged], to[merged]) = (lengths[axis], from[axis], to[axis]);
            }
        }

        return merged + 1;
    }

    private struct Job<T> : IJob
        where T : unmanaged
    {
        public T* Source;
        public T* Destination;
        public int Axes;
        public long* Lengths;
        public long* From;
        public long* To;
        public int Crossed;

        /// <summary>Whether two or three lines become neighbors, element by element.</summary>
        public bool IsDealt;
        public long CrossedParts;
        public long InnerParts;
        public long Units;
        public int Chunks;

        [MethodImpl(MethodImplOptions.NoInlining)]
        public readonly void Execute(int chunk)
        {
            int inner = Axes - 1;
            long end = Units * (chunk + 1) / Chunks;
            for (long unit = Units * chunk / Chunks; unit < end; unit++)
            {
                (long rest, long innerPart) = Math.DivRem(unit, InnerParts);
                long crossedPart = 0;
                if (Crossed >= 0)
                {
                    (rest, crossedPart) = Math.DivRem(rest, CrossedParts);
                }

                T* from = Source, to = Destination;
                for (int axis = inner - 1; axis >= 0; axis--)
                {
                    if (axis != Crossed)
                    {
                        (rest, long at) = Math.DivRem(rest, Lengths[axis]);
                        from += at * From[axis];
                        to += at * To[axis];
                    }
                }

                if (IsDealt)
                {
                    Deal(from, to, (int)crossedPart);
                }
                else if (Crossed >= 0)
                {
                    Tile(from, to, (int)crossedPart, (int)innerPart);
                }
                else
                {
                    long first = Lengths[inner] * innerPart / InnerParts, last = Lengths[inner] * (innerPart + 1) / InnerParts;
                    Line(from + (first * From[inner]), From[inner], to + (first * To[inner]), To[inner], last - first);
                }
            }
        }

        private readonly void Deal(T* from, T* to, int crossedPart)
        {
            long first = (long)crossedPart * DealtLength, count = Math.Min(DealtLength, Lengths[Crossed] - first);
            T* line0 = from + first, line1 = line0 + From[Axes - 1], line2 = line1 + From[Axes - 1];
            long step = To[Crossed];
            to += first * step;
            if (Lengths[Axes - 1] == 2)
            {
                for (long p = 0; p < count; p++)
                {
                    to[0] = line0[p];
                    to[1] = line1[p];
                    to += step;
                }

                return;
            }

            for (long p = 0; p < count; p++)
            {
                to[0] = line0[p];
                to[1] = line1[p];
                to[2] = line2[p];
                to += step;
            }
        }

        private readonly void Tile(T* from, T* to, int crossedPart, int innerPart)
        {
            int inner = Axes - 1;
            int p0 = crossedPart * TileSide, pEnd = (int)Math.Min(p0 + TileSide, Lengths[Crossed]);
            int j0 = innerPart * TileSide, jEnd = (int)Math.Min(j0 + TileSide, Lengths[inner]);
            // Through a buffer: both sides are then touched in runs, where strides of a power of two would fight for one cache set.
            T* buffer = stackalloc T[TileSide * TileSide];
            for (int j = j0; j < jEnd; j += Lines)
            {
                TransposeBlock.Run(
                    from + (j * From[inner]) + p0, From[inner], Math.Min(Lines, jEnd - j), pEnd - p0, buffer + (j - j0), TileSide);
            }

            for (int p = p0; p < pEnd; p++)
            {
                Unsafe.CopyBlockUnaligned(to + (p * To[Crossed]) + j0, buffer + ((p - p0) * TileSide), (uint)((jEnd - j0) * sizeof(T)));
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Line(T* from, long fromStep, T* to, long toStep, long count)
        {
            if (fromStep == 1 && toStep == 1 && count * sizeof(T) >= 32)
            {
                Unsafe.CopyBlockUnaligned(to, from, (uint)(count * sizeof(T)));
            }
            else if (fromStep == 0 && toStep == 1)
            {
                new Span<T>(to, (int)count).Fill(*from);
            }
            else
            {
                for (long i = 0; i < count; i++)
                {
                    to[i * toStep] = from[i * fromStep];
                }
            }
        }
    }

    private readonly struct Copying(Tensor source, Tensor destination) : IBitWork
    {
        public void Run<T>()
            where T : unmanaged, IBinaryInteger<T> => StridedCopy.Run<T>(source, destination);
    }
}
