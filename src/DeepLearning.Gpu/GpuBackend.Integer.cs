using System.Numerics;

namespace DeepLearning.Backends.Gpu;

/// <content>Integers, and the remainder of floats.</content>
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
        if (y.Count == 0)
        {
            return;
        }

        int[] lengths = y.Layout.Lengths;
        DType type = y.DType.Compute();
        Tensor left = Plain(a, lengths, type), right = Plain(b, lengths, type);
        Tensor result = y.IsContiguous && y.DType == type ? y : Tensor.Allocate(lengths, type, _device);
        if (type == DType.Float64)
        {
            Launch(FmodKernels.Doubles, _context.Config(y.Count), View<ulong>(left), View<ulong>(right), View<ulong>(result));
        }
        else
        {
            Launch(FmodKernels.Singles, _context.Config(y.Count), View<uint>(left), View<uint>(right), View<uint>(result));
        }

        GC.KeepAlive(left);
        GC.KeepAlive(right);
        Done(left, a);
        Done(right, b);
        if (!ReferenceEquals(result, y))
        {
            Copy(result, y);
            result.Return();
        }
    }

    private void Integer<TOp, T>(Tensor a, Tensor b, Tensor y)
        where TOp : struct, IIntegerOp
        where T : unmanaged, IBinaryInteger<T>
    {
        Tensor divisor = TOp.Divides is { } operation ? CheckedDivisor<T>(b, operation) : b;
        Launch(ElementwiseKernels.Integer<TOp, T>, _context.Config(y.Count), View<T>(a), View<T>(divisor), View<T>(y));
        Done(divisor, b);
        GC.KeepAlive(a);
        GC.KeepAlive(b);
        GC.KeepAlive(y);
    }
}
