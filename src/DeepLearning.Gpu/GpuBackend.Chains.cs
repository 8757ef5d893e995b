using DeepLearning.Numerics;
using ILGPU;
using ILGPU.Runtime;

namespace DeepLearning.Backends.Gpu;

/// <content>
/// What compiled models run: elementwise operations that follow each other in one kernel, and those behind a product in the product's.
/// </content>
internal sealed partial class GpuBackend
{
    public override ElementStage? StageOf<TOp>(in TOp op, DType dtype) => dtype.IsFloatingPoint() ? new UnaryStage<TOp>(op) : null;

    public override ElementStage? StageOf2<TOp>(in TOp op, DType dtype) => dtype.IsFloatingPoint() ? new BinaryStage<TOp>(op) : null;

    public override ElementStage? StageOf3<TOp>(in TOp op, DType dtype) => dtype.IsFloatingPoint() ? new TernaryStage<TOp>(op) : null;

    public override void RunChain(ChainLink[] links, ReadOnlySpan<Tensor?> operands, Tensor y)
    {
        if (y.Count > 0)
        {
            GpuElements.Floats(y.DType, new RunChainWork(this, new ChainCall(this, links, operands, null, y, 0), y));
        }
    }

    public override PreparedProduct? Prepare(in ConvolutionShape shape, Tensor weight, Tensor? bias) =>
        ConvolutionPlaces.Fit(shape, shape.GroupInput * shape.InputSize, shape.Batch * shape.OutputSize)
            ? new PreparedConvolution(this, shape, weight, bias)
            : null;

    public override PreparedProduct? PrepareLinear(int rows, Tensor weight, Tensor? bias) => new PreparedMap(this, weight, bias);

    /// <summary>Where a tensor is in the device's memory.</summary>
    private long AddressOf(Tensor x, bool withOffset) =>
        (long)StorageOf(x).View.LoadEffectiveAddressAsPtr() + (withOffset ? x.Layout.Offset * x.DType.Size() : 0);

    /// <summary>What is done with the type of a chain, once that is known.</summary>
    private interface IChainWork
    {
        void Run<TChain>(TChain chain)
            where TChain : struct, IChain;
    }

    /// <summary>An operation as a link of chains.</summary>
    private abstract class GpuStage : ElementStage
    {
        /// <summary>Puts this operation in front of the links that follow, and goes on with the one before.</summary>
        public abstract void Join<TNext, TWork>(ChainCall call, int link, TNext next, TWork work)
            where TNext : struct, IChain
            where TWork : struct, IChainWork;
    }

    private sealed class UnaryStage<TOp>(TOp op) : GpuStage
        where TOp : struct, IUnaryOp<TOp>
    {
        public override void Join<TNext, TWork>(ChainCall call, int link, TNext next, TWork work) =>
            call.Join(link - 1, new UnaryLink<TOp, TNext>(op, call.Operand(link, 0), next), work);
    }

    private sealed class BinaryStage<TOp>(TOp op) : GpuStage
        where TOp : struct, IBinaryOp<TOp>
    {
        public override void Join<TNext, TWork>(ChainCall call, int link, TNext next, TWork work) =>
            call.Join(link - 1, new BinaryLink<TOp, TNext>(op, call.Operand(link, 0), call.Operand(link, 1), next), work);
    }

    private sealed class TernaryStage<TOp>(TOp op) : GpuStage
        where TOp : struct, ITernaryOp<TOp>
    {
        public override void Join<TNext, TWork>(ChainCall call, int link, TNext next, TWork work) => call.Join(
            link - 1,
            new TernaryLink<TOp, TNext>(op, call.Operand(link, 0), call.Operand(link, 1), call.Operand(link, 2), next), work);
    }

    /// <summary>A chain and its operands, whose places are told by how far they are from the lowest one's block.</summary>
    private sealed class ChainCall
    {
        private readonly GpuBackend _backend;
        private readonly ChainLink[] _links;
        private readonly Tensor[] _operands;
        private readonly Tensor? _bias;
        private readonly Tensor _lowest;
        private readonly long _count;
        private readonly long _first;

        /// <param name="backend">The device's backend.</param>
        /// <param name="links">The operations.</param>
        /// <param name="operands">What they read, contiguous: as many elements as the result has, or one.</param>
        /// <param name="bias">What is read beside the operands.</param>
        /// <param name="y">The result.</param>
        /// <param name="first">The number that the kernel gives to the result's first element.</param>
        public ChainCall(GpuBackend backend, ChainLink[] links, ReadOnlySpan<Tensor?> operands, Tensor? bias, Tensor y, long first)
        {
            (_backend, _links, _operands, _bias, _count, _first) = (backend, links, new Tensor[operands.Length], bias, y.Count, first);
            _lowest = bias ?? y;
            for (int i = 0; i < operands.Length; i++)
            {
                Tensor operand = _operands[i] = operands[i]!;
                _lowest = backend.AddressOf(operand, false) < backend.AddressOf(_lowest, false) ? operand : _lowest;
            }
        }

        /// <summary>Where the bias begins in the memory.</summary>
        public long BiasStart => _bias is null ? 0 : StartOf(_bias);

        /// <summary>The memory that everything is in.</summary>
        public ArrayView<S> Memory<S>()
            where S : unmanaged => _backend.MemoryFrom<S>(_lowest);

        /// <summary>Finds the chain's type, and goes on with it.</summary>
        public void Build<TWork>(TWork work)
            where TWork : struct, IChainWork
        {
            Join(_links.Length - 1, default(ChainEnd), work);
            GC.KeepAlive(_operands);
            GC.KeepAlive(_bias);
            GC.KeepAlive(_lowest);
        }

        public void Join<TChain, TWork>(int link, TChain chain, TWork work)
            where TChain : struct, IChain
            where TWork : struct, IChainWork
        {
            if (link < 0)
            {
                work.Run(chain);
            }
            else
            {
                ((GpuStage)_links[link].Stage).Join(this, link, chain, work);
            }
        }

        public ChainOperand Operand(int link, int index)
        {
            int number = _links[link].Operands[index];
            if (number == ChainLink.Before)
            {
                return ChainOperand.Before;
            }

            Tensor operand = _operands[number];
            long step = operand.Count == 1 && _count != 1 ? 0 : 1;
            return new ChainOperand(StartOf(operand) - (step * _first), step, 0);
        }

        private long StartOf(Tensor x) =>
            (_backend.AddressOf(x, withOffset: true) - _backend.AddressOf(_lowest, withOffset: false)) / x.DType.Size();
    }

    private readonly struct RunChainWork(GpuBackend backend, ChainCall call, Tensor y) : IElementWork
    {
        public void Run<TElement, S, R>()
            where TElement : struct, IElement<S, R>
            where S : unmanaged
            where R : struct, IReal<R>
        {
            call.Build(new LaunchWork<TElement, S, R>(backend, call, y));
            GC.KeepAlive(y);
        }
    }

    private readonly struct LaunchWork<TElement, S, R>(GpuBackend backend, ChainCall call, Tensor y) : IChainWork
        where TElement : struct, IElement<S, R>
        where S : unmanaged
        where R : struct, IReal<R>
    {
        public void Run<TChain>(TChain chain)
            where TChain : struct, IChain => backend.Launch(
                ChainKernels.Run<TChain, TElement, S, R>, backend._context.Config(y.Count), call.Memory<S>(), backend.View<S>(y), chain);
    }

    /// <summary>A product whose results go through a chain.</summary>
    private readonly struct ChainedGemm<TElement, S, TPart, P, R, TCore, TA, TB, TY>(
        GpuBackend backend, GemmTensors tensors, TA left, TB right, TY result) : IChainWork
        where TElement : struct, IElement<S, R>
        where S : unmanaged
        where TPart : struct, IElement<P, R>
        where P : unmanaged
        where R : unmanaged, IReal<R>
        where TCore : struct, ITensorCore<S, R>
        where TA : struct, IGemmOperand<S>
        where TB : struct, IGemmOperand<S>
        where TY : struct, IGemmResult
    {
        public void Run<TChain>(TChain chain)
            where TChain : struct, IChain => backend.GemmInto<TElement, S, TPart, P, R, TCore, TA, TB, ChainedResult<TY, TChain>>(
                tensors, tensors.Chain!.Memory<S>(), left, right, new(result, chain, tensors.Chain.BiasStart));
    }

    /// <summary>A linear map with a chain behind it.</summary>
    private sealed class PreparedMap(GpuBackend backend, Tensor weight, Tensor? bias) : PreparedProduct
    {
        private readonly Tensor? _bias = bias is null ? null : backend.Packed(bias);

        public override void Run(Tensor x, Tensor y, ChainLink[] links, ReadOnlySpan<Tensor?> operands)
        {
            if (y.Count > 0)
            {
                Tensor rows = y.ViewAs(new Layout([x.Size(0), weight.Size(0)], [weight.Size(0), 1], y.Layout.Offset));
                ChainCall? chain = links.Length == 0
                    ? null
                    : new ChainCall(backend, links, operands, _bias, y, y.Layout.Offset);
                backend.Multiply(x, false, weight, true, _bias, rows, chain);
            }
        }
    }

    /// <summary>A convolution with a chain behind it.</summary>
    private sealed class PreparedConvolution(GpuBackend backend, ConvolutionShape shape, Tensor weight, Tensor? bias) : PreparedProduct
    {
        private readonly Tensor _weight = backend.Packed(weight);
        private readonly Tensor? _bias = bias is null ? null : backend.Packed(bias);

        public override void Run(Tensor x, Tensor y, ChainLink[] links, ReadOnlySpan<Tensor?> operands)
        {
            if (y.Count > 0)
            {
                ChainCall? chain = links.Length == 0
                    ? null
                    : new ChainCall(backend, links, operands, _bias, y, y.Layout.Offset);
                backend.Convolve(shape, x, _weight, _bias, y, chain);
            }
        }
    }
}
