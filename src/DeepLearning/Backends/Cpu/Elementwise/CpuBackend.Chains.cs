using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Backends.Cpu;

internal sealed unsafe partial class CpuBackend
{
    public override ElementStage? StageOf<TOp>(in TOp op, DType dtype) => StageOf(new UnaryStep<TOp>(op), dtype);

    public override ElementStage? StageOf2<TOp>(in TOp op, DType dtype) => StageOf(new BinaryStep<TOp>(op), dtype);

    public override ElementStage? StageOf3<TOp>(in TOp op, DType dtype) => StageOf(new TernaryStep<TOp>(op), dtype);

    private static ElementStage? StageOf<TStep>(TStep step, DType dtype)
        where TStep : struct, ILaneStep<TStep>
    {
        if (!dtype.IsFloatingPoint() || dtype.Compute() != dtype)
        {
            return null;
        }

        StrongBox<ElementStage> made = new();
        ElementTypes.Floats(dtype, new StageWork<TStep>(step, made));
        return made.Value;
    }

    public override void RunChain(ChainLink[] links, ReadOnlySpan<Tensor?> operands, Tensor y)
    {
        if (y.Count == 0)
        {
            return;
        }

        using ChainLease lease = new(links, operands, y);
        using Lease<byte> target = Lease<byte>.Bytes(y);
        fixed (byte* p = target, p0 = lease.First, p1 = lease.Second, p2 = lease.Third, p3 = lease.Fourth)
        {
            ChainJob job = new() { Chain = lease.On(p0, p1, p2, p3), Y = p, Count = y.Count };
            Workers.Run((int)((y.Count + ChainJob.ChunkSize - 1) / ChainJob.ChunkSize), in job);
        }
    }

    private readonly struct StageWork<TStep>(TStep step, StrongBox<ElementStage> made) : IFloatWork
        where TStep : struct, ILaneStep<TStep>
    {
        public void Run<T>()
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => made.Value = new StepStage<TStep, T>(step);
    }

    private sealed class StepStage<TStep, T>(TStep step) : CpuStage
        where TStep : struct, ILaneStep<TStep>
        where T : unmanaged, INumber<T>
    {
        private readonly ElementKernel<TStep, T> _kernel = new(step);

        public override void Run(void* a, void* b, void* c, void* y, nint count) =>
            _kernel.Run((T*)a, (T*)b, (T*)c, null, null, (T*)y, count);
    }

    private struct ChainJob : IJob
    {
        /// <summary>Elements of a chunk, as of a single operation.</summary>
        public const int ChunkSize = 16384;

        public Chain Chain;
        public byte* Y;
        public long Count;

        [MethodImpl(MethodImplOptions.NoInlining)]
        public readonly void Execute(int chunk)
        {
            long start = (long)chunk * ChunkSize;
            Chain.Run(Y, start, Math.Min(ChunkSize, Count - start));
        }
    }
}

/// <summary>A stage over memory of the processor.</summary>
internal abstract unsafe class CpuStage : ElementStage
{
    /// <summary>y = the formula of the operands, of which unused ones are null; y may be one of them.</summary>
    public abstract void Run(void* a, void* b, void* c, void* y, nint count);
}

/// <summary>A chain with its operands in memory, ready to run over any part of the result.</summary>
internal readonly unsafe struct Chain
{
    /// <summary>Elements of a block: a few operands of it stay in the first-level cache.</summary>
    private const int BlockSize = 1024;

    private readonly ChainLink[] _links;
    private readonly int _size;
    private readonly int _numbers;
    private readonly byte* _first;
    private readonly byte* _second;
    private readonly byte* _third;
    private readonly byte* _fourth;

    /// <param name="links">The stages.</param>
    /// <param name="size">The bytes of an element.</param>
    /// <param name="numbers">A bit for each operand of one element.</param>
    /// <param name="first">The first operand.</param>
    /// <param name="second">The second operand.</param>
    /// <param name="third">The third operand.</param>
    /// <param name="fourth">The fourth operand.</param>
    public Chain(ChainLink[] links, int size, int numbers, byte* first, byte* second, byte* third, byte* fourth)
    {
        _links = links;
        _size = size;
        _numbers = numbers;
        _first = first;
        _second = second;
        _third = third;
        _fourth = fourth;
    }

    /// <summary>Whether there is nothing to do.</summary>
    public bool IsEmpty => _links is null || _links.Length == 0;

    /// <summary>Computes elements of the result, which begins at <paramref name="y"/>.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Run(byte* y, long start, long count)
    {
        // The numbers as blocks of the same, so that a stage need not tell them from other operands.
        byte* repeated = stackalloc byte[_numbers == 0 ? 1 : Backend.MaximumChainOperands * BlockSize * sizeof(double)];
        int block = (int)Math.Min(BlockSize, count);
        for (int operand = 0; operand < Backend.MaximumChainOperands; operand++)
        {
            if ((_numbers >> operand & 1) != 0)
            {
                byte* number = PlaceOf(operand), to = repeated + (operand * BlockSize * sizeof(double));
                if (_size == sizeof(float))
                {
                    new Span<float>(to, block).Fill(*(float*)number);
                }
                else
                {
                    new Span<double>(to, block).Fill(*(double*)number);
                }
            }
        }

        for (long done = 0; done < count; done += block)
        {
            long at = (start + done) * _size;
            foreach (ChainLink link in _links)
            {
                int[] operands = link.Operands;
                ((CpuStage)link.Stage).Run(
                    Operand(operands, 0, y, at, repeated), Operand(operands, 1, y, at, repeated), Operand(operands, 2, y, at, repeated),
                    y + at, (nint)Math.Min(block, count - done));
            }
        }
    }

    private void* Operand(int[] operands, int index, byte* y, long at, byte* repeated)
    {
        if (index >= operands.Length)
        {
            return null;
        }

        int operand = operands[index];
        return operand == ChainLink.Before ? y + at
            : (_numbers >> operand & 1) != 0 ? repeated + (operand * BlockSize * sizeof(double))
            : PlaceOf(operand) + at;
    }

    private byte* PlaceOf(int operand) => operand switch
    {
        0 => _first,
        1 => _second,
        2 => _third,
        _ => _fourth,
    };
}

/// <summary>A hold on the operands of a chain.</summary>
internal readonly unsafe ref struct ChainLease : IDisposable
{
    private readonly ChainLink[] _links;
    private readonly int _size;
    private readonly int _numbers;

    public ChainLease(ChainLink[] links, ReadOnlySpan<Tensor?> operands, Tensor y)
    {
        _links = links;
        _size = y.DType.Size();
        for (int i = 0; i < operands.Length; i++)
        {
            if (operands[i]!.Count == 1 && y.Count != 1)
            {
                _numbers |= 1 << i;
            }
        }

        First = operands.Length > 0 ? Lease<byte>.Bytes(operands[0]!) : default;
        Second = operands.Length > 1 ? Lease<byte>.Bytes(operands[1]!) : default;
        Third = operands.Length > 2 ? Lease<byte>.Bytes(operands[2]!) : default;
        Fourth = operands.Length > 3 ? Lease<byte>.Bytes(operands[3]!) : default;
    }

    public readonly Lease<byte> First;
    public readonly Lease<byte> Second;
    public readonly Lease<byte> Third;
    public readonly Lease<byte> Fourth;

    /// <summary>The chain, with its operands at these addresses.</summary>
    public Chain On(byte* first, byte* second, byte* third, byte* fourth) =>
        new(_links, _size, _numbers, first, second, third, fourth);

    public void Dispose()
    {
        First.Dispose();
        Second.Dispose();
        Third.Dispose();
        Fourth.Dispose();
    }
}
