using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace DeepLearning.Numerics;

/// <summary>Computes float lanes by double lanes: the result is the double formula's, rounded, so within 0.51 ulp.</summary>
internal static class Widened
{
    // Sixteen floats, the widest lanes; narrower ones use the beginning and compute the zeros behind it along.
    private const int Count = 16;

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static V Map<V, T, TOp>(V x)
        where V : struct, ILanes<V, T>
        where T : unmanaged
        where TOp : struct, IUnaryOp<TOp>
    {
        Span<double> wide = stackalloc double[Count];
        Widen<V, T>(x, wide);
        Unary<TOp> work = new(wide, V.Width);
        Widest.Run<Unary<TOp>, double>(ref work);

        return Narrow<V, T>(wide);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static V Map<V, T, TOp>(V a, V b)
        where V : struct, ILanes<V, T>
        where T : unmanaged
        where TOp : struct, IBinaryOp<TOp>
    {
        Span<double> left = stackalloc double[Count];
        Span<double> right = stackalloc double[Count];
        Widen<V, T>(a, left);
        Widen<V, T>(b, right);
        Binary<TOp> work = new(left, right, V.Width);
        Widest.Run<Binary<TOp>, double>(ref work);

        return Narrow<V, T>(left);
    }

    private static void Widen<V, T>(V x, Span<double> wide)
        where V : struct, ILanes<V, T>
        where T : unmanaged
    {
        Span<T> narrow = stackalloc T[Count];
        x.Store(ref narrow[0], 0);
        for (int i = 0; i < Count; i += Vector256<float>.Count)
        {
            (Vector256<double> lower, Vector256<double> upper) = Vector256.Widen(Vector256.LoadUnsafe(ref narrow[i]).AsSingle());
            lower.StoreUnsafe(ref wide[i]);
            upper.StoreUnsafe(ref wide[i + Vector256<double>.Count]);
        }
    }

    private static V Narrow<V, T>(Span<double> wide)
        where V : struct, ILanes<V, T>
        where T : unmanaged
    {
        Span<T> narrow = stackalloc T[Count];
        for (int i = 0; i < Count; i += Vector256<float>.Count)
        {
            Vector256<double> lower = Vector256.LoadUnsafe(ref wide[i]);
            Vector256<double> upper = Vector256.LoadUnsafe(ref wide[i + Vector256<double>.Count]);
            Vector256.Narrow(lower, upper).As<float, T>().StoreUnsafe(ref narrow[i]);
        }

        return V.Load(ref narrow[0], 0);
    }

    private readonly ref struct Unary<TOp>(Span<double> x, int count) : IVectorWork<double>
        where TOp : struct, IUnaryOp<TOp>
    {
        private readonly Span<double> _x = x;

        [MethodImpl(MethodImplOptions.NoInlining)]
        public void Run<W>()
            where W : struct, ILanes<W, double>
        {
            for (int i = 0; i < count; i += W.Width)
            {
                default(TOp).Forward(W.Load(ref _x[i], 0)).Store(ref _x[i], 0);
            }
        }
    }

    private readonly ref struct Binary<TOp>(Span<double> a, Span<double> b, int count) : IVectorWork<double>
        where TOp : struct, IBinaryOp<TOp>
    {
        private readonly Span<double> _a = a;
        private readonly Span<double> _b = b;

        [MethodImpl(MethodImplOptions.NoInlining)]
        public void Run<W>()
            where W : struct, ILanes<W, double>
        {
            for (int i = 0; i < count; i += W.Width)
            {
                default(TOp).Forward(W.Load(ref _a[i], 0), W.Load(ref _b[i], 0)).Store(ref _a[i], 0);
            }
        }
    }
}
