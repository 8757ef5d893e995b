using System.Runtime.CompilerServices;

namespace DeepLearning.Backends.Cpu;

/// <summary>
/// Drives an elementwise kernel over operands of any layout and type. Operands that already are contiguous and of the computed type are
/// used in place; the others go through buffers on the stack, a block at a time. Chunks depend on the size only.
/// </summary>
internal static unsafe class ElementLoop
{
    /// <summary>Elements per chunk: enough to pay for handing it to a thread, and a multiple of every vector width.</summary>
    private const int ChunkSize = 16384;

    /// <summary>Results from this size on are written past the caches, which they would only sweep.</summary>
    private const long StreamedBytes = 32L << 20;

    private const int MaximumInputs = 5;

    /// <summary>Elements a buffered block: five operands and the result stay in the first-level cache.</summary>
    private const int BlockSize = 512;

    public static void Run<TKernel, T>(
        TKernel kernel, Tensor y, Tensor? x0, Tensor? x1 = null, Tensor? x2 = null, Tensor? x3 = null, Tensor? x4 = null)
        where TKernel : struct, IElementKernel<T>
        where T : unmanaged
    {
        long count = y.Count;
        if (count == 0)
        {
            return;
        }

        using Lease<byte> ly = LeaseOf(y), l0 = LeaseOf(x0), l1 = LeaseOf(x1), l2 = LeaseOf(x2), l3 = LeaseOf(x3), l4 = LeaseOf(x4);
        fixed (byte* py = ly, p0 = l0, p1 = l1, p2 = l2, p3 = l3, p4 = l4)
        {
            if (IsResult<TKernel, T>(y.DType) && y.Layout.IsContiguous
                && IsDirect<T>(x0, y) && IsDirect<T>(x1, y) && IsDirect<T>(x2, y) && IsDirect<T>(x3, y)
                && IsDirect<T>(x4, y))
            {
                if (count <= ChunkSize)
                {
                    kernel.Run((T*)p0, (T*)p1, (T*)p2, (T*)p3, (T*)p4, (T*)py, (nint)count);
                    return;
                }

                DirectJob<TKernel, T> job = new()
                {
                    Kernel = kernel,
                    Y = (T*)py,
                    X0 = (T*)p0,
                    X1 = (T*)p1,
                    X2 = (T*)p2,
                    X3 = (T*)p3,
                    X4 = (T*)p4,
                    Count = count,
                };
                if (count * sizeof(T) >= StreamedBytes && py != p0 && py != p1 && py != p2 && py != p3 && py != p4)
                {
                    job.Kernel.Stream();
                }

                Workers.Run(Chunks(count), in job);
            }
            else
            {
                StridedWalk walk = new(y.Layout.Lengths, y.Layout, x0?.Layout, x1?.Layout, x2?.Layout, x3?.Layout, x4?.Layout);
                StridedJob<TKernel, T> job = new()
                {
                    Kernel = kernel,
                    Walk = walk,
                    Block = Block(walk),
                    Y = new Operand(y, py),
                    X0 = new Operand(x0, p0),
                    X1 = new Operand(x1, p1),
                    X2 = new Operand(x2, p2),
                    X3 = new Operand(x3, p3),
                    X4 = new Operand(x4, p4),
                    Count = count,
                };
                Workers.Run(Chunks(count), in job);
            }
        }
    }

    /// <summary>As many whole rows as fit where an operand is a row that repeats, so that it is loaded once.</summary>
    private static int Block(StridedWalk walk)
    {
        for (int operand = 1; operand <= MaximumInputs; operand++)
        {
            if (walk.Period(operand) is > 0 and <= BlockSize and int period)
            {
                return BlockSize / period * period;
            }
        }

        return BlockSize;
    }

    private static int Chunks(long count) => checked((int)((count + ChunkSize - 1) / ChunkSize));

    private static Lease<byte> LeaseOf(Tensor? tensor) => tensor is null ? default : Lease<byte>.Bytes(tensor);

    private static bool IsDirect<T>(Tensor? x, Tensor y)
        where T : unmanaged => x is null || (IsStoredAs<T>(x.DType) && x.Layout.IsContiguous && x.Layout.SameShape(y.Layout));

    /// <summary>Truth values are computed as bytes but not stored so, except by a copy: a result needs its 0 or 1.</summary>
    private static bool IsResult<TKernel, T>(DType dtype)
        where TKernel : struct, IElementKernel<T>
        where T : unmanaged => IsStoredAs<T>(dtype) && (dtype != DType.Bool || TKernel.MakesTruthValues);

    private static bool IsStoredAs<T>(DType dtype)
        where T : unmanaged
    {
        if (typeof(T) == typeof(float)) { return dtype == DType.Float32; }
        if (typeof(T) == typeof(double)) { return dtype == DType.Float64; }
        if (typeof(T) == typeof(long)) { return dtype == DType.Int64; }
        if (typeof(T) == typeof(int)) { return dtype == DType.Int32; }
        if (typeof(T) == typeof(short)) { return dtype is DType.Float16 or DType.BFloat16; }
        if (typeof(T) == typeof(byte)) { return dtype is DType.UInt8 or DType.Bool; }
        throw new NotSupportedException($"{typeof(T).Name} is not computed in.");
    }

    private readonly struct Operand(Tensor? tensor, byte* first)
    {
        public readonly byte* First = first;
        public readonly DType DType = tensor?.DType ?? default;
        public readonly int Size = tensor?.DType.Size() ?? 0;
    }

    private struct DirectJob<TKernel, T> : IJob
        where TKernel : struct, IElementKernel<T>
        where T : unmanaged
    {
        public TKernel Kernel;
        public T* Y;
        public T* X0;
        public T* X1;
        public T* X2;
        public T* X3;
        public T* X4;
        public long Count;

        [MethodImpl(MethodImplOptions.NoInlining)]
        public void Execute(int chunk)
        {
            nint start = (nint)chunk * ChunkSize;
            Kernel.Run(
                At(X0, start), At(X1, start), At(X2, start), At(X3, start), At(X4, start), Y + start,
                (nint)Math.Min(ChunkSize, Count - start));
        }

        private static T* At(T* x, nint start) => x is null ? null : x + start;
    }

    private struct StridedJob<TKernel, T> : IJob
        where TKernel : struct, IElementKernel<T>
        where T : unmanaged
    {
        public TKernel Kernel;
        public StridedWalk Walk;
        public int Block;
        public Operand Y;
        public Operand X0;
        public Operand X1;
        public Operand X2;
        public Operand X3;
        public Operand X4;
        public long Count;

        [SkipLocalsInit]
        [MethodImpl(MethodImplOptions.NoInlining)]
        public void Execute(int chunk)
        {
            T* buffers = stackalloc T[BlockSize * 6];
            long start = (long)chunk * ChunkSize;
            long end = Math.Min(start + ChunkSize, Count);
            bool first = true;
            for (; start < end; start += Block)
            {
                int count = (int)Math.Min(Block, end - start);
                T* x0 = Read(X0, 1, start, count, buffers + BlockSize, first);
                T* x1 = Read(X1, 2, start, count, buffers + (2 * BlockSize), first);
                T* x2 = Read(X2, 3, start, count, buffers + (3 * BlockSize), first);
                T* x3 = Read(X3, 4, start, count, buffers + (4 * BlockSize), first);
                T* x4 = Read(X4, 5, start, count, buffers + (5 * BlockSize), first);
                if (Walk.IsLinear(0) && IsResult<TKernel, T>(Y.DType))
                {
                    Kernel.Run(x0, x1, x2, x3, x4, (T*)Y.First + start, count);
                }
                else
                {
                    Kernel.Run(x0, x1, x2, x3, x4, buffers, count);
                    Writer writer = new() { Buffer = buffers, Target = Y };
                    Walk.Visit(0, start, count, ref writer);
                }

                first = false;
            }
        }

        private readonly T* Read(in Operand x, int operand, long start, int count, T* buffer, bool first)
        {
            if (x.First is null)
            {
                return null;
            }

            if (Walk.IsLinear(operand) && IsStoredAs<T>(x.DType))
            {
                return (T*)x.First + start;
            }

            if (Walk.IsConstant(operand))
            {
                if (first)
                {
                    Conversion.Load(x.First, x.DType, 0, buffer, BlockSize);
                }

                return buffer;
            }

            if (Walk.Period(operand) is > 0 and int period)
            {
                long place = start % period;
                if (place + count <= period && IsStoredAs<T>(x.DType))
                {
                    return (T*)x.First + place;
                }

                // A block of whole rows begins at the same place of the row as the one before.
                if (Block % period == 0 && !first)
                {
                    return buffer;
                }
            }

            Reader reader = new() { Buffer = buffer, Source = x };
            Walk.Visit(operand, start, count, ref reader);
            return buffer;
        }

        private struct Reader : IRunVisitor
        {
            public T* Buffer;
            public Operand Source;

            public void Run(long offset, long step, int count)
            {
                Conversion.Load(Source.First + (offset * Source.Size), Source.DType, step, Buffer, count);
                Buffer += count;
            }
        }

        private struct Writer : IRunVisitor
        {
            public T* Buffer;
            public Operand Target;

            public void Run(long offset, long step, int count)
            {
                Conversion.Store(Buffer, Target.First + (offset * Target.Size), Target.DType, step, count);
                Buffer += count;
            }
        }
    }
}
