using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Backends.Cpu;

internal sealed unsafe partial class CpuBackend
{
    public override PreparedProduct? Prepare(in ConvolutionShape shape, Tensor weight, Tensor? bias) =>
        Made(weight.DType, new ConvolutionWork(shape, weight, bias, new StrongBox<PreparedProduct?>()));

    public override PreparedProduct? PrepareLinear(int rows, Tensor weight, Tensor? bias) =>
        Gemm.Packs(rows, weight.Size(0), weight.Size(1))
            ? Made(weight.DType, new PackWork(weight, bias, new StrongBox<PreparedProduct?>()))
            : null;

    /// <summary>What work has made; null for 16-bit types, which are not computed in.</summary>
    private static PreparedProduct? Made<TWork>(DType dtype, TWork work)
        where TWork : struct, IPreparation
    {
        if (dtype.Compute() == dtype)
        {
            ElementTypes.Floats(dtype, work);
        }

        return work.Made.Value;
    }

    private interface IPreparation : IFloatWork
    {
        StrongBox<PreparedProduct?> Made { get; }
    }

    private readonly struct ConvolutionWork(ConvolutionShape shape, Tensor weight, Tensor? bias, StrongBox<PreparedProduct?> made)
        : IPreparation
    {
        public StrongBox<PreparedProduct?> Made => made;

        public void Run<T>()
            where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
            made.Value = shape.Work == 0 ? null
                : Winograd.Fits<T>(shape) ? new TiledConvolution<T>(shape, Packed(weight), bias)
                : DepthwiseConvolution.Fits(shape) ? new ChannelConvolution<T>(shape, Packed(weight), bias)
                : Convolution.Slides<T>(shape) ? new SlidingConvolution<T>(shape, Packed(weight), bias)
                : null;
    }

    private readonly struct PackWork(Tensor weight, Tensor? bias, StrongBox<PreparedProduct?> made) : IPreparation
    {
        public StrongBox<PreparedProduct?> Made => made;

        public void Run<T>()
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => made.Value = new PackedLinear<T>(weight, bias);
    }

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

    /// <summary>A convolution by <see cref="Winograd"/> with its filters transformed once.</summary>
    private sealed class TiledConvolution<T> : PreparedProduct
        where T : unmanaged, INumberBase<T>
    {
        private readonly NativeBuffer _filters = new();
        private readonly ConvolutionShape _shape;
        private readonly Tensor _weight;
        private readonly Tensor? _bias;

        public TiledConvolution(in ConvolutionShape shape, Tensor weight, Tensor? bias)
        {
            (_shape, _weight, _bias) = (shape, weight, bias is null ? null : Packed(bias));
            using Lease<T> lease = new(weight);
            fixed (T* p = lease)
            {
                Winograd.Pack(shape, p, false, _filters);
            }
        }

        public override void Run(Tensor x, Tensor y, ChainLink[] links, ReadOnlySpan<Tensor?> operands)
        {
            using Lease<T> lx = new(Packed(x)), ly = new(y), lw = new(_weight), lb = _bias is null ? default : new(_bias);
            using ChainLease lease = new(links, operands, y);
            fixed (T* px = lx, py = ly, pw = lw, pb = lb)
            fixed (byte* p0 = lease.First, p1 = lease.Second, p2 = lease.Third, p3 = lease.Fourth)
            {
                Winograd.Forward(_shape, px, _filters, pw, pb, py, lease.On(p0, p1, p2, p3));
            }

            GC.KeepAlive(this);
        }
    }

    /// <summary>A convolution by <see cref="DepthwiseConvolution"/>, which takes weights as they are.</summary>
    private sealed class ChannelConvolution<T>(ConvolutionShape shape, Tensor weight, Tensor? bias) : PreparedProduct
        where T : unmanaged, INumberBase<T>
    {
        private readonly Tensor? _bias = bias is null ? null : Packed(bias);

        public override void Run(Tensor x, Tensor y, ChainLink[] links, ReadOnlySpan<Tensor?> operands)
        {
            using Lease<T> lx = new(Packed(x)), ly = new(y), lw = new(weight), lb = _bias is null ? default : new(_bias);
            using ChainLease lease = new(links, operands, y);
            fixed (T* px = lx, py = ly, pw = lw, pb = lb)
            fixed (byte* p0 = lease.First, p1 = lease.Second, p2 = lease.Third, p3 = lease.Fourth)
            {
                DepthwiseConvolution.Forward(shape, px, pw, pb, py, lease.On(p0, p1, p2, p3));
            }
        }
    }
}
