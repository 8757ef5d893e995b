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

        DType type = y.DType.Compute();
        Tensor left = a.DType == type ? a : HostFallback.Copied(a, type), right = b.DType == type ? b : HostFallback.Copied(b, type);
        Tensor result = y.IsContiguous && y.DType == type ? y : Tensor.Allocate(y.Layout.Lengths, type, _device);
        MatMulPlaces? places = Places(left, transposeA, right, transposeB, result);
        if (places is null)
        {
            // More axes of batches than a kernel walks: as copies they are one.
            int[] batch = result.Layout.Lengths[..^2];
            Tensor wholeLeft = Plain(left, [.. batch, .. left.Layout.Lengths[^2..]], type);
            Tensor wholeRight = Plain(right, [.. batch, .. right.Layout.Lengths[^2..]], type);
            Multiply(wholeLeft, wholeRight, result, Places(wholeLeft, transposeA, wholeRight, transposeB, result)!.Value);
            Done(wholeLeft, left);
            Done(wholeRight, right);
        }
        else
        {
            Multiply(left, right, result, places.Value);
        }

        Done(left, a);
        Done(right, b);
        if (!ReferenceEquals(result, y))
        {
            Copy(result, y);
            result.Return();
        }
    }

    private static MatMulPlaces? Places(Tensor a, bool transposeA, Tensor b, bool transposeB, Tensor y)
    {
        int[] batch = y.Layout.Lengths[..^2];
        GpuWalk walk = new(batch, Batch(a.Layout), Batch(b.Layout));
        if (walk.IsLong)
        {
            return null;
        }

        (int m, int n) = (y.Layout.Lengths[^2], y.Layout.Lengths[^1]);
        int k = a.Layout.Lengths[transposeA ? ^2 : ^1];
        return new MatMulPlaces(
            m, n, k, walk.Count, walk.Axes, walk.StridesOf(0), walk.StridesOf(1), a.Layout.Strides[transposeA ? ^1 : ^2],
            a.Layout.Strides[transposeA ? ^2 : ^1], b.Layout.Strides[transposeB ? ^1 : ^2], b.Layout.Strides[transposeB ? ^2 : ^1]);
    }

    private static Layout Batch(Layout layout) => new(layout.Lengths[..^2], layout.Strides[..^2], layout.Offset);

    private void Multiply(Tensor a, Tensor b, Tensor y, MatMulPlaces places)
    {
        bool isTiled = y.DType == DType.Float32;
        if (isTiled)
        {
            bool large = _context.Accelerator.MaxNumThreadsPerGroup >= 256;
            int threads = large ? 16 : 4, tile = 4 * threads;
            long tiles = places.Batches * ((places.M + tile - 1) / tile) * ((places.N + tile - 1) / tile);
            Action<ArrayView<float>, ArrayView<float>, ArrayView<float>, MatMulPlaces> kernel =
                large ? MatMulKernels.Tiled<Tile16> : MatMulKernels.Tiled<Tile4>;
            _context.Launcher<Action<AcceleratorStream, KernelConfig, ArrayView<float>, ArrayView<float>, ArrayView<float>, MatMulPlaces>>(
                kernel)(
                _context.Stream, new KernelConfig((int)Math.Min(tiles, int.MaxValue), threads * threads), All<float>(a), All<float>(b),
                View<float>(y), places);
        }
        else
        {
            GpuElements.Numbers(y.DType, new MatMulWork(this, a, b, y, places));
        }

        GC.KeepAlive(a);
        GC.KeepAlive(b);
        GC.KeepAlive(y);
    }

    private readonly struct MatMulWork(GpuBackend backend, Tensor a, Tensor b, Tensor y, MatMulPlaces places) : IElementWork
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
