using ILGPU;
using ILGPU.Runtime;

namespace DeepLearning.Backends.Gpu;

internal sealed partial class GpuBackend
{
    public override bool TryAttention(
        Tensor q, Tensor k, Tensor v, Tensor? mask, in AttentionOptions options, Tensor y, Tensor figures)
    {
        if (Places(q, k, v, mask, options, y, figures) is not { } places)
        {
            return false;
        }

        Action<
            ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<byte>, ArrayView<float>, ArrayView<float>, ArrayView<float>,
            AttentionPlaces> kernel = HasLargeTeams ? AttentionKernels.Forward<AttentionTile16> : AttentionKernels.Forward<AttentionTile4>;
        _context.Launcher<Action<
            AcceleratorStream, KernelConfig, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<byte>, ArrayView<float>,
            ArrayView<float>, ArrayView<float>, AttentionPlaces>>(kernel)(
            _context.Stream, Tiles(places.Heads, places.Queries), All<float>(q), All<float>(k), All<float>(v), All<byte>(mask ?? q),
            All<float>(mask ?? q), All<float>(y), View<float>(figures), places);
        GC.KeepAlive(q);
        GC.KeepAlive(k);
        GC.KeepAlive(v);
        GC.KeepAlive(mask);
        GC.KeepAlive(y);
        GC.KeepAlive(figures);
        return true;
    }

    public override bool TryAttentionBackward(
        Tensor q, Tensor k, Tensor v, Tensor? mask, in AttentionOptions options, Tensor y, Tensor figures, Tensor dy, Tensor? dq,
        Tensor? dk, Tensor? dv)
    {
        if (Places(q, k, v, mask, options, y, figures, dy, dq, dk, dv) is not { } places)
        {
            return false;
        }

        Tensor means = Tensor.Allocate([figures.Size(1), places.Queries], DType.Float32, _device);
        _context.Launcher<Action<
            AcceleratorStream, KernelConfig, ArrayView<float>, ArrayView<float>, ArrayView<float>, AttentionPlaces>>(
            (Action<ArrayView<float>, ArrayView<float>, ArrayView<float>, AttentionPlaces>)AttentionKernels.Means)(
            _context.Stream, _context.Config(means.Count), All<float>(y), All<float>(dy), View<float>(means), places);
        if (dq is not null)
        {
            Action<
                ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<byte>, ArrayView<float>, ArrayView<float>,
                ArrayView<float>, ArrayView<float>, ArrayView<float>, AttentionPlaces> kernel =
                HasLargeTeams ? AttentionGradientKernels.Queries<AttentionTile16> : AttentionGradientKernels.Queries<AttentionTile4>;
            _context.Launcher<Action<
                AcceleratorStream, KernelConfig, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<byte>, ArrayView<float>,
                ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>, AttentionPlaces>>(kernel)(
                _context.Stream, Tiles(places.Heads, places.Queries), All<float>(q), All<float>(k), All<float>(v), All<byte>(mask ?? q),
                All<float>(mask ?? q), View<float>(figures), View<float>(means), All<float>(dy), All<float>(dq), places);
        }

        if (dk is not null || dv is not null)
        {
            Action<
                ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<byte>, ArrayView<float>, ArrayView<float>,
                ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>, AttentionPlaces> kernel =
                HasLargeTeams ? AttentionGradientKernels.KeysAndValues<AttentionTile16>
                    : AttentionGradientKernels.KeysAndValues<AttentionTile4>;
            _context.Launcher<Action<
                AcceleratorStream, KernelConfig, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<byte>, ArrayView<float>,
                ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>, AttentionPlaces>>(kernel)(
                _context.Stream, Tiles(places.Heads, places.Keys), All<float>(q), All<float>(k), All<float>(v), All<byte>(mask ?? q),
                All<float>(mask ?? q), View<float>(figures), View<float>(means), All<float>(dy), All<float>(dk ?? dy),
                All<float>(dv ?? dy), places);
        }

        GC.KeepAlive(q);
        GC.KeepAlive(k);
        GC.KeepAlive(v);
        GC.KeepAlive(mask);
        GC.KeepAlive(y);
        GC.KeepAlive(figures);
        GC.KeepAlive(dy);
        GC.KeepAlive(dq);
        GC.KeepAlive(dk);
        GC.KeepAlive(dv);
        means.Return();
        return true;
    }

    private static Layout BatchOf(Tensor x) => new(x.Layout.Lengths[..^2], x.Layout.Strides[..^2], x.Layout.Offset);

    /// <summary>A group for each tile of rows of each head.</summary>
    private KernelConfig Tiles(long heads, int rows)
    {
        int threads = HasLargeTeams ? 16 : 4, tile = 4 * threads;
        return new KernelConfig((int)Math.Min(heads * ((rows + tile - 1) / tile), int.MaxValue), threads * threads);
    }

    /// <summary>Where the operands are; null for what the kernels do not take: float64, wide heads, more axes than they walk.</summary>
    private AttentionPlaces? Places(
        Tensor q, Tensor k, Tensor v, Tensor? mask, in AttentionOptions options, Tensor y, Tensor figures, Tensor? dy = null,
        Tensor? dq = null, Tensor? dk = null, Tensor? dv = null)
    {
        int most = 8 * (HasLargeTeams ? 16 : 4), width = q.Size(-1), valueWidth = v.Size(-1);
        if (y.DType != DType.Float32 || width > most || valueWidth > most)
        {
            return null;
        }

        Layout none = new([], [], 0), own = BatchOf(y);
        GpuWalk walk = new(
            own.Lengths, own, BatchOf(q), BatchOf(k), BatchOf(v), mask is null ? none : BatchOf(mask),
            dy is null ? none : BatchOf(dy), dq is null ? none : BatchOf(dq), dk is null ? none : BatchOf(dk),
            dv is null ? none : BatchOf(dv));
        if (walk.IsLong)
        {
            return null;
        }

        HeadPlaces Of(Tensor? x, int operand) => x is null
            ? default
            : new HeadPlaces(walk.StridesOf(operand), x.Layout.Strides[^2], x.Layout.Strides[^1]);
        return new AttentionPlaces
        {
            BatchAxes = walk.Axes,
            Y = Of(y, 0),
            Q = Of(q, 1),
            K = Of(k, 2),
            V = Of(v, 3),
            Mask = Of(mask, 4),
            DY = Of(dy, 5),
            DQ = Of(dq, 6),
            DK = Of(dk, 7),
            DV = Of(dv, 8),
            Heads = figures.Size(1),
            Queries = q.Size(-2),
            Keys = k.Size(-2),
            Width = width,
            ValueWidth = valueWidth,
            IsCausal = options.IsCausal ? 1 : 0,
            MaskKind = mask is null ? 0 : mask.DType == DType.Bool ? 1 : 2,
            WantsKeys = dk is null ? 0 : 1,
            WantsValues = dv is null ? 0 : 1,
            Scale = (float)options.Scale,
            Drops = options.Dropout > 0 ? 1 : 0,
            KeptScale = (float)options.KeptScale,
            Threshold = (ulong)Math.Round((1 - options.Dropout) * (1L << 32)),
            Seed = options.Random.Seed,
            Stream = options.Random.Stream,
            Position = options.Random.Position,
        };
    }
}
