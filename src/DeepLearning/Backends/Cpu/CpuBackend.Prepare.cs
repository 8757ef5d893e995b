using System.Numerics;

namespace DeepLearning.Backends.Cpu;

internal sealed unsafe partial class CpuBackend
{
    public override PreparedProduct? Prepare(in ConvolutionShape shape, Tensor weight, Tensor? bias) => weight.DType switch
    {
        DType.Float32 when Convolution.Slides<float>(shape) => new SlidingConvolution<float>(shape, Packed(weight), bias),
        DType.Float64 when Convolution.Slides<double>(shape) => new SlidingConvolution<double>(shape, Packed(weight), bias),
        _ => null,
    };

    public override PreparedProduct? PrepareLinear(int rows, Tensor weight, Tensor? bias) => weight.DType switch
    {
        _ when !Gemm.Packs(rows, weight.Size(0), weight.Size(1)) => null,
        DType.Float32 => new PackedLinear<float>(weight, bias),
        DType.Float64 => new PackedLinear<double>(weight, bias),
        _ => null,
    };

    /// <summary>A linear map with its weight packed once.</summary>
    private sealed class PackedLinear<T> : PreparedProduct
        where T : unmanaged, INumberBase<T>
    {
        private readonly NativeBuffer _packed = new();
        private readonly Tensor? _bias;
        private readonly int _outer;
        private readonly int _inner;

        public PackedLinear(Tensor weight, Tensor? bias)
        {
            (_outer, _inner, _bias) = (weight.Size(0), weight.Size(1), bias is null ? null : Packed(bias));
            using Lease<T> lease = new(weight);
            fixed (T* p = lease)
            {
                Gemm.PackAll(_outer, _inner, p, weight.Layout.Strides[0], weight.Layout.Strides[1], _packed);
            }
        }

        public override void Run(Tensor x, Tensor y, ChainLink[] links, ReadOnlySpan<Tensor?> operands)
        {
            using (Lease<T> lx = new(x), ly = new(y), lb = _bias is null ? default : new(_bias))
            {
                fixed (T* px = lx, py = ly, pb = lb)
                {
                    Gemm.RunPrepared(x.Size(0), _outer, _inner, px, x.Layout.Strides[0], x.Layout.Strides[1], _packed, py, pb);
                }
            }

            GC.KeepAlive(this);
            if (links.Length > 0)
            {
                y.Backend.RunChain(links, operands, y);
            }
        }
    }

    /// <summary>A convolution by <see cref="DirectConvolution{T, V, TSimd}"/> with its weight packed once.</summary>
    private sealed class SlidingConvolution<T> : PreparedProduct
        where T : unmanaged, INumberBase<T>
    {
        private readonly NativeBuffer _packed = new();
        private readonly ConvolutionShape _shape;
        private readonly Tensor? _bias;

        public SlidingConvolution(in ConvolutionShape shape, Tensor weight, Tensor? bias)
        {
            (_shape, _bias) = (shape, bias is null ? null : Packed(bias));
            using Lease<T> lease = new(weight);
            fixed (T* p = lease)
            {
                Convolution.Pack(shape, p, _packed);
            }
        }

        public override void Run(Tensor x, Tensor y, ChainLink[] links, ReadOnlySpan<Tensor?> operands)
        {
            using Lease<T> lx = new(Packed(x)), ly = new(y), lb = _bias is null ? default : new(_bias);
            using ChainLease chain = new(links, operands, y);
            fixed (T* px = lx, py = ly, pb = lb)
            fixed (byte* p0 = chain.First, p1 = chain.Second, p2 = chain.Third, p3 = chain.Fourth)
            {
                Convolution.Forward(_shape, px, _packed, pb, py, chain.On(p0, p1, p2, p3));
            }

            GC.KeepAlive(this);
        }
    }
}
