using DeepLearning.Numerics;
using ILGPU;
using ILGPU.Runtime;

namespace DeepLearning.Backends.Gpu;

/// <content>Integers, and what goes by way of the processor.</content>
internal sealed partial class GpuBackend
{
    public override void Integer<TOp>(Tensor a, Tensor b, Tensor y)
    {
        if (y.Count == 0)
        {
            return;
        }

        int[] lengths = y.Layout.Lengths;
        Tensor left = Plain(a, lengths, y.DType), right = Plain(b, lengths, y.DType);
        if (TOp.Divides is not null)
        {
            CheckDivisor(right, TOp.Divides);
        }

        Tensor result = y.IsContiguous ? y : Tensor.Allocate(lengths, y.DType, _device);
        switch (y.DType)
        {
            case DType.Int64: Integer<TOp, long>(left, right, result); break;
            case DType.Int32: Integer<TOp, int>(left, right, result); break;
            case DType.UInt8 or DType.Bool: Integer<TOp, byte>(left, right, result); break;
            default: throw DTypes.Unsupported(y.DType);
        }

        Done(left, a);
        Done(right, b);
        if (!ReferenceEquals(result, y))
        {
            Copy(result, y);
            result.Return();
        }
    }

    public override void Fmod(Tensor a, Tensor b, Tensor y)
    {
        Fallback.Count(nameof(Fmod));
        Tensor host = HostFallback.Like(y);
        Device.Cpu.Backend.Fmod(HostFallback.Read(a), HostFallback.Read(b), host);
        HostFallback.Write(host, y);
    }

    public override void ScanRows(Scan scan, Tensor x, Tensor y, Tensor? positions)
    {
        Fallback.Count(nameof(ScanRows));
        Tensor host = HostFallback.Like(y);
        Tensor? hostPositions = positions is null ? null : HostFallback.Like(positions);
        Device.Cpu.Backend.ScanRows(scan, HostFallback.Read(x), host, hostPositions);
        HostFallback.Write(host, y);
        if (positions is not null)
        {
            HostFallback.Write(hostPositions!, positions);
        }
    }

    public override void SortRows(Tensor x, bool descending, Tensor y, Tensor positions)
    {
        Fallback.Count(nameof(SortRows));
        Tensor host = HostFallback.Like(y), hostPositions = HostFallback.Like(positions);
        Device.Cpu.Backend.SortRows(HostFallback.Read(x), descending, host, hostPositions);
        HostFallback.Write(host, y);
        HostFallback.Write(hostPositions, positions);
    }

    public override void Uniform(Tensor y, double low, double high, Generator generator) =>
        Draw(nameof(Uniform), y, host => Device.Cpu.Backend.Uniform(host, low, high, generator));

    public override void Normal(Tensor y, double mean, double std, Generator generator) =>
        Draw(nameof(Normal), y, host => Device.Cpu.Backend.Normal(host, mean, std, generator));

    public override void Integers(Tensor y, long low, long high, Generator generator) =>
        Draw(nameof(Integers), y, host => Device.Cpu.Backend.Integers(host, low, high, generator));

    public override void Sequence(Tensor y, Scalar start, Scalar step) =>
        Draw(nameof(Sequence), y, host => Device.Cpu.Backend.Sequence(host, start, step));

    private void Draw(string name, Tensor y, Action<Tensor> fill)
    {
        Fallback.Count(name);
        Tensor host = HostFallback.Like(y);
        fill(host);
        HostFallback.Write(host, y);
    }

    /// <summary>Refuses a divisor of 0 before anything is computed; the answer is waited for.</summary>
    private void CheckDivisor(Tensor b, string operation)
    {
        Tensor least = Tensor.Allocate([], b.DType, _device);
        Reduce(default(LeastSizeOp), b, (1UL << b.Rank) - 1, least, b.DType);
        byte[] bytes = new byte[b.DType.Size()];
        Read(least, 0, bytes);
        least.Return();
        if (Array.TrueForAll(bytes, static part => part == 0))
        {
            throw IIntegerOp.Refusal(operation);
        }
    }

    private void Integer<TOp, T>(Tensor a, Tensor b, Tensor y)
        where TOp : struct, IIntegerOp
        where T : unmanaged, System.Numerics.IBinaryInteger<T>
    {
        _context.Launcher<Action<AcceleratorStream, KernelConfig, ArrayView<T>, ArrayView<T>, ArrayView<T>>>(
            (Action<ArrayView<T>, ArrayView<T>, ArrayView<T>>)ElementwiseKernels.Integer<TOp, T>)(
            _context.Stream, _context.Config(y.Count), View<T>(a), View<T>(b), View<T>(y));
        GC.KeepAlive(a);
        GC.KeepAlive(b);
        GC.KeepAlive(y);
    }
}

/// <summary>0 where an element is 0, and 1 where none is.</summary>
internal readonly struct LeastSizeOp : IReduceOp<LeastSizeOp>
{
    public static double Identity => 1;

    public static R Combine<R>(R a, R b)
        where R : struct, IReal<R> => R.Min(a, b);

    public R Map<R>(R x)
        where R : struct, IReal<R> => R.Select(R.Equal(x, 0.0), 0.0, 1.0);

    public R Finish<R>(R total)
        where R : struct, IReal<R> => total;
}
