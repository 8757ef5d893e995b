using DeepLearning.Numerics;
using ILGPU;
using ILGPU.Runtime;

namespace DeepLearning.Backends.Gpu;

internal sealed partial class GpuBackend
{
    public override void MatMul(Tensor a, bool transposeA, Tensor b, bool transposeB, Tensor y)
    {
        if (y.Count == 0)
        {
            return;
        }

        DType type = a.DType == y.DType && b.DType == y.DType ? y.DType : y.DType.Compute();
        Tensor left = a.DType == type ? a : HostFallback.Copied(a, type), right = b.DType == type ? b : HostFallback.Copied(b, type);
        Tensor result = y.IsContiguous && y.DType == type ? y : Tensor.Allocate(y.Layout.Lengths, type, _device);
        if (Batches(left, right, result).IsLong)
        {
            // More axes of batches than a kernel walks: as copies they are one.
            int[] batch = result.Layout.Lengths[..^2];
            Tensor wholeLeft = Plain(left, [.. batch, .. left.Layout.Lengths[^2..]], type);
            Tensor wholeRight = Plain(right, [.. batch, .. right.Layout.Lengths[^2..]], type);
            Multiply(wholeLeft, transposeA, wholeRight, transposeB, null, result);
            Done(wholeLeft, left);
            Done(wholeRight, right);
        }
        else
        {
            Multiply(left, transposeA, right, transposeB, null, result);
        }

        Done(left, a);
        Done(right, b);
        if (!ReferenceEquals(result, y))
        {
            Copy(result, y);
            result.Return();
        }
    }

    public override bool TryLinear(Tensor x, Tensor weight, Tensor? bias, Tensor y)
    {
        if (y.Count == 0 || !y.IsContiguous)
        {
            return y.Count == 0;
        }

        Tensor? added = bias is null ? null : Packed(bias);
        Multiply(x, false, weight, true, added, y);
        DoneIf(added, bias);
        return true;
    }

    private static GpuWalk Batches(Tensor a, Tensor b, Tensor y) => new(y.Layout.Lengths.AsSpan(..^2), Batch(a.Layout), Batch(b.Layout));

    private static Layout Batch(Layout layout) => new(layout.Lengths[..^2], layout.Strides[..^2], layout.Offset);

    private void Multiply(Tensor a, bool transposeA, Tensor b, bool transposeB, Tensor? bias, Tensor y, ChainCall? chain = null)
    {
        GpuWalk batches = Batches(a, b, y);
        (int m, int n) = (y.Layout.Lengths[^2], y.Layout.Lengths[^1]);
        int k = a.Layout.Lengths[transposeA ? ^2 : ^1];
        long[] stridesA = a.Layout.Strides, stridesB = b.Layout.Strides;
        MatrixPlaces left = new(batches.StridesOf(0), m, stridesA[transposeA ? ^1 : ^2], stridesA[transposeA ? ^2 : ^1]);
        MatrixPlaces right = new(batches.StridesOf(1), n, stridesB[transposeB ? ^2 : ^1], stridesB[transposeB ? ^1 : ^2]);
        if (y.DType.IsFloatingPoint())
        {
            GemmPlaces places = new(m, n, k, batches.Count, batches.Axes, 1, k, 0, bias is null ? 0 : 1);
            Gemm(new MatrixProductWork(this, new GemmTensors(a, b, null, bias, y, places, Chain: chain), left, right), y.DType);
            return;
        }

        MatMulPlaces simple = new(
            m, n, k, batches.Axes, left.Batch, right.Batch, left.SideStep, left.DepthStep, right.DepthStep, right.SideStep);
        GpuElements.Numbers(y.DType, new SimpleProductWork(this, a, b, y, simple));
        GC.KeepAlive(a);
        GC.KeepAlive(b);
        GC.KeepAlive(y);
    }

    /// <summary>Chooses how a product's numbers lie in memory, in parts of sums, and in registers.</summary>
    private static void Gemm<TWork>(TWork work, DType dtype)
        where TWork : struct, IGemmWork
    {
        switch (dtype)
        {
            case DType.Float32: work.Run<Float32Element, float, Float32Element, float, GpuFloat, Tf32Core>(-0.0f, 0); break;
            case DType.Float64: work.Run<Float64Element, double, Float64Element, double, GpuDouble, NoCore>(-0.0, 0); break;
            case DType.Float16: work.Run<Float16Element, ushort, Float32Element, float, GpuFloat, Float16Core>(0x8000, 0); break;
            case DType.BFloat16: work.Run<BFloat16Element, ushort, Float32Element, float, GpuFloat, BFloat16Core>(0x8000, 0); break;
            default: throw DTypes.Unsupported(dtype);
        }
    }

    /// <summary>A product for numbers of a type.</summary>
    private interface IGemmWork
    {
        /// <summary>Runs it, with −0 and 0 of the type.</summary>
        void Run<TElement, S, TPart, P, R, TCore>(S negativeZero, S zero)
            where TElement : struct, IElement<S, R>
            where S : unmanaged
            where TPart : struct, IElement<P, R>
            where P : unmanaged
            where R : unmanaged, IReal<R>
            where TCore : struct, ITensorCore<S, R>;
    }

    /// <summary>Where a batch of matrices is: the length along the side that is not k, and the steps along that and along k.</summary>
    private readonly record struct MatrixPlaces(Strides Batch, int Length, long SideStep, long DepthStep)
    {
        /// <summary>Whether neighbors along the side are neighbors in memory, and those along k are not.</summary>
        public bool IsAlongSide => DepthStep != 1 && SideStep == 1;

        public StridedOperand<S, TWay> Operand<S, TWay>(S nothing)
            where S : unmanaged
            where TWay : struct, IGemmWay
        {
            (long unit, long other) = TWay.IsAlongSide ? (SideStep, DepthStep) : (DepthStep, SideStep);
            long[] steps = [Batch.Start, Batch.S0, Batch.S1, Batch.S2, Batch.S3, Batch.S4, Batch.S5, other];
            bool aligned = unit == 1 && Array.TrueForAll(steps, static step => step % 4 == 0);
            return new StridedOperand<S, TWay>(Batch, SideStep, DepthStep, Length, aligned ? 1 : 0, nothing);
        }
    }

    private readonly struct MatrixProductWork(GpuBackend backend, GemmTensors tensors, MatrixPlaces left, MatrixPlaces right) : IGemmWork
    {
        public void Run<TElement, S, TPart, P, R, TCore>(S negativeZero, S zero)
            where TElement : struct, IElement<S, R>
            where S : unmanaged
            where TPart : struct, IElement<P, R>
            where P : unmanaged
            where R : unmanaged, IReal<R>
            where TCore : struct, ITensorCore<S, R>
        {
            if (left.IsAlongSide)
            {
                WithLeft<TElement, S, TPart, P, R, TCore, StridedOperand<S, AlongSide>>(left.Operand<S, AlongSide>(negativeZero), zero);
            }
            else
            {
                WithLeft<TElement, S, TPart, P, R, TCore, StridedOperand<S, AlongDepth>>(left.Operand<S, AlongDepth>(negativeZero), zero);
            }
        }

        private void WithLeft<TElement, S, TPart, P, R, TCore, TA>(TA a, S zero)
            where TElement : struct, IElement<S, R>
            where S : unmanaged
            where TPart : struct, IElement<P, R>
            where P : unmanaged
            where R : unmanaged, IReal<R>
            where TCore : struct, ITensorCore<S, R>
            where TA : struct, IGemmOperand<S>
        {
            Tensor y = tensors.Y;
            DenseResult result = new(y.Layout.Offset, tensors.Places.N, tensors.Places.N % 4 == 0 && y.Layout.Offset % 4 == 0 ? 1 : 0);
            if (right.IsAlongSide)
            {
                backend.Gemm<TElement, S, TPart, P, R, TCore, TA, StridedOperand<S, AlongSide>, DenseResult>(
                    tensors, a, right.Operand<S, AlongSide>(zero), result);
            }
            else
            {
                backend.Gemm<TElement, S, TPart, P, R, TCore, TA, StridedOperand<S, AlongDepth>, DenseResult>(
                    tensors, a, right.Operand<S, AlongDepth>(zero), result);
            }
        }
    }

    private readonly struct SimpleProductWork(GpuBackend backend, Tensor a, Tensor b, Tensor y, MatMulPlaces places) : IElementWork
    {
        public void Run<TElement, S, R>()
            where TElement : struct, IElement<S, R>
            where S : unmanaged
            where R : struct, IReal<R> =>
            backend._context.Launcher<Action<AcceleratorStream, KernelConfig, ArrayView<S>, ArrayView<S>, ArrayView<S>, MatMulPlaces>>(
                (Action<ArrayView<S>, ArrayView<S>, ArrayView<S>, MatMulPlaces>)MatMulKernels.Simple<TElement, S, R>)(
                backend._context.Stream, backend._context.Config(y.Count), backend.All<S>(a), backend.All<S>(b), backend.View<S>(y),
                places);
    }
}
