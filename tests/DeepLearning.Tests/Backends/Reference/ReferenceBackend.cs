using System.Numerics;
using DeepLearning.Numerics;

namespace DeepLearning.Tests.Backends.Reference;

/// <summary>What every backend must do, as plain loops.</summary>
internal sealed partial class ReferenceBackend(Device device) : Backend
{
    public override Storage Allocate(long bytes)
    {
        byte[] memory = new byte[bytes];
        Array.Fill(memory, (byte)0xCD);
        return new ReferenceStorage(memory, device);
    }

    public override void Write(ReadOnlySpan<byte> source, Tensor destination, long start) =>
        source.CopyTo(Memory(destination).AsSpan((int)((destination.Layout.Offset * destination.DType.Size()) + start)));

    public override void Read(Tensor source, long start, Span<byte> destination) =>
        Memory(source).AsSpan((int)((source.Layout.Offset * source.DType.Size()) + start), destination.Length).CopyTo(destination);

    public override void Copy(Tensor source, Tensor destination)
    {
        if (source.DType == destination.DType)
        {
            MoveBits(
                Memory(source), ReferenceElements.Places(source.Layout, destination.Layout.Lengths), Memory(destination),
                ReferenceElements.Places(destination.Layout, destination.Layout.Lengths), source.DType.Size());
        }
        else if (source.DType.IsFloatingPoint())
        {
            Store(Load<double>(source, destination.Layout.Lengths), destination);
        }
        else
        {
            Store(Load<long>(source, destination.Layout.Lengths), destination);
        }
    }

    public override void Fill(Tensor destination, Scalar value)
    {
        byte[] memory = Memory(destination);
        foreach (long place in ReferenceElements.Places(destination.Layout, destination.Layout.Lengths))
        {
            if (destination.DType.IsFloatingPoint() || destination.DType == DType.Bool)
            {
                ReferenceElements.Set(memory, destination.DType, place, value.ToDouble());
            }
            else
            {
                ReferenceElements.Set(memory, destination.DType, place, value.ToInt64());
            }
        }
    }

    public override void Unary<TOp>(in TOp op, Tensor x, Tensor y) => Run(new UnaryStep<TOp>(op), TOp.Domain, y.DType, y, x);

    public override void UnaryBackward<TOp>(in TOp op, Tensor? x, Tensor? y, Tensor dy, Tensor dx) =>
        Run(new UnaryGradient<TOp>(op), Domain.FloatingPoint, dx.DType, dx, x, y, dy);

    public override void Binary<TOp>(in TOp op, Tensor a, Tensor b, Tensor y) =>
        Run(new BinaryStep<TOp>(op), TOp.Domain, y.DType, y, a, b);

    public override void BinaryBackward<TOp>(in TOp op, Tensor? a, Tensor? b, Tensor? y, Tensor dy, Tensor? da, Tensor? db)
    {
        foreach ((Tensor? gradient, int which) in new[] { (da, 0), (db, 1) })
        {
            if (gradient is not null)
            {
                Run(new BinaryGradient<TOp>(op, which), Domain.FloatingPoint, gradient.DType, gradient, a, b, y, dy);
            }
        }
    }

    public override void Ternary<TOp>(in TOp op, Tensor a, Tensor b, Tensor c, Tensor y) =>
        Run(new TernaryStep<TOp>(op), TOp.Domain, y.DType, y, a, b, c);

    public override void TernaryBackward<TOp>(
        in TOp op, Tensor? a, Tensor? b, Tensor? c, Tensor? y, Tensor dy, Tensor? da, Tensor? db, Tensor? dc)
    {
        foreach ((Tensor? gradient, int which) in new[] { (da, 0), (db, 1), (dc, 2) })
        {
            if (gradient is not null)
            {
                Run(new TernaryGradient<TOp>(op, which), Domain.FloatingPoint, gradient.DType, gradient, a, b, c, y, dy);
            }
        }
    }

    public override void Compare<TOp>(in TOp op, Tensor a, Tensor b, Tensor y, DType compute) =>
        Run(new CompareStep<TOp>(op), TOp.Domain, compute, y, a, b);

    public override void Integer<TOp>(Tensor a, Tensor b, Tensor y)
    {
        switch (y.DType)
        {
            case DType.Int64: Apply<long>(); break;
            case DType.Int32: Apply<int>(); break;
            case DType.UInt8 or DType.Bool: Apply<byte>(); break;
            default: throw DTypes.Unsupported(y.DType);
        }

        void Apply<T>()
            where T : unmanaged, IBinaryInteger<T>
        {
            T[] left = Load<T>(a, y.Layout.Lengths), right = Load<T>(b, y.Layout.Lengths);
            if (TOp.Divides is not null && right.Contains(T.Zero))
            {
                throw IIntegerOp.Refusal(TOp.Divides);
            }

            Store([.. left.Select((x, i) => TOp.Apply(x, right[i]))], y);
        }
    }

    public override void Fmod(Tensor a, Tensor b, Tensor y)
    {
        switch (y.DType.Compute())
        {
            case DType.Float32: Apply<float>(); break;
            case DType.Float64: Apply<double>(); break;
            default: throw DTypes.Unsupported(y.DType);
        }

        void Apply<T>()
            where T : unmanaged, INumber<T>
        {
            T[] left = Load<T>(a, y.Layout.Lengths), right = Load<T>(b, y.Layout.Lengths);
            Store([.. left.Select((x, i) => x % right[i])], y);
        }
    }

    public override void MatMul(Tensor a, bool transposeA, Tensor b, bool transposeB, Tensor y)
    {
        switch (y.DType.Compute())
        {
            case DType.Float32: Apply<float>(); break;
            case DType.Float64: Apply<double>(); break;
            case DType.Int64: Apply<long>(); break;
            case DType.Int32: Apply<int>(); break;
            case DType.UInt8: Apply<byte>(); break;
            default: throw DTypes.Unsupported(y.DType);
        }

        void Apply<T>()
            where T : unmanaged, INumber<T>
        {
            Tensor left = transposeA ? a.Detach().T : a, right = transposeB ? b.Detach().T : b;
            int[] batch = y.Layout.Lengths[..^2];
            int m = y.Layout.Lengths[^2], n = y.Layout.Lengths[^1], k = left.Layout.Lengths[^1];
            T[] rows = Load<T>(left, [.. batch, m, k]), columns = Load<T>(right, [.. batch, k, n]), sums = new T[y.Count];
            for (int i = 0; i < sums.Length / Math.Max(n, 1); i++)
            {
                int first = m == 0 ? 0 : i / m * k * n;
                for (int p = 0; p < k; p++)
                {
                    T factor = rows[(i * k) + p];
                    for (int j = 0; j < n; j++)
                    {
                        sums[(i * n) + j] += factor * columns[first + (p * n) + j];
                    }
                }
            }

            Store(sums, y);
        }
    }

    public override void Reduce<TOp>(in TOp op, Tensor x, ulong axes, Tensor y, DType compute)
    {
        TOp copy = op;
        switch (compute.Compute())
        {
            case DType.Float32: Apply<float>(); break;
            case DType.Float64: Apply<double>(); break;
            case DType.Int64: Apply<long>(); break;
            case DType.Int32: Apply<int>(); break;
            case DType.UInt8 or DType.Bool: Apply<byte>(); break;
            default: throw DTypes.Unsupported(compute);
        }

        void Apply<T>()
            where T : unmanaged, INumber<T>
        {
            // The result's place as seen from each element: the axes that are reduced do not move it.
            int[] kept = [.. x.Layout.Lengths.Select((length, axis) => (axes >> axis & 1) == 0 ? length : 1)];
            long[] targets = ReferenceElements.Places(Layout.Contiguous(kept), x.Layout.Lengths);
            T[] values = Load<T>(x, x.Layout.Lengths);
            Lane<T>[] totals = new Lane<T>[y.Count];
            Array.Fill<Lane<T>>(totals, TOp.Identity);
            for (int i = 0; i < values.Length; i++)
            {
                totals[targets[i]] = TOp.Combine(totals[targets[i]], copy.Map(new Lane<T>(values[i])));
            }

            Store(Array.ConvertAll(totals, total => copy.Finish(total).Value), y);
        }
    }

    private static void MoveBits(byte[] source, long[] from, byte[] destination, long[] to, int size)
    {
        byte[] bits = new byte[from.Length * size];
        for (int i = 0; i < from.Length; i++)
        {
            source.AsSpan((int)from[i] * size, size).CopyTo(bits.AsSpan(i * size));
        }

        for (int i = 0; i < to.Length; i++)
        {
            bits.AsSpan(i * size, size).CopyTo(destination.AsSpan((int)to[i] * size));
        }
    }

    private void Run<TStep>(TStep step, Domain domain, DType compute, Tensor y, params Tensor?[] operands)
        where TStep : struct, IReferenceStep
    {
        switch (compute.Compute())
        {
            case DType.Float32: Run<TStep, float>(step, y, operands); break;
            case DType.Float64: Run<TStep, double>(step, y, operands); break;
            case DType.Int64 when domain == Domain.AnyNumber: Run<TStep, long>(step, y, operands); break;
            case DType.Int32 when domain == Domain.AnyNumber: Run<TStep, int>(step, y, operands); break;
            case DType.UInt8 or DType.Bool when domain == Domain.AnyNumber: Run<TStep, byte>(step, y, operands); break;
            default: throw new DTypeException($"{typeof(TStep).Name}: not defined for {compute.Name()} tensors.");
        }
    }

    private void Run<TStep, T>(TStep step, Tensor y, Tensor?[] operands)
        where TStep : struct, IReferenceStep
        where T : unmanaged, INumber<T>
    {
        T[]?[] inputs = Array.ConvertAll(operands, x => x is null ? null : Load<T>(x, y.Layout.Lengths));
        T[] results = new T[y.Count];
        Lane<T>[] x = new Lane<T>[inputs.Length];
        for (int i = 0; i < results.Length; i++)
        {
            for (int k = 0; k < x.Length; k++)
            {
                x[k] = inputs[k] is { } input ? new Lane<T>(input[i]) : default;
            }

            results[i] = step.Step<Lane<T>>(x).Value;
        }

        Store(results, y);
    }

    private byte[] Memory(Tensor x) => ReferenceStorage.Of(x, device);

    private T[] Load<T>(Tensor x, ReadOnlySpan<int> lengths)
        where T : unmanaged, INumber<T> => ReferenceElements.Load<T>(Memory(x), x, lengths);

    private T[] Load<T>(Tensor x)
        where T : unmanaged, INumber<T> => Load<T>(x, x.Layout.Lengths);

    private void Store<T>(T[] values, Tensor y)
        where T : unmanaged, INumber<T> => ReferenceElements.Store(values, Memory(y), y);
}
