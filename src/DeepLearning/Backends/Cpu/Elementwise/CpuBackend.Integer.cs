using System.Numerics;
using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning.Backends.Cpu;

internal sealed unsafe partial class CpuBackend
{
    public override void Integer<TOp>(Tensor a, Tensor b, Tensor y) =>
        ElementTypes.Integers(y.DType, new IntegerWork<TOp>(y, a, b));

    public override void Fmod(Tensor a, Tensor b, Tensor y) =>
        ElementTypes.Floats(y.DType.Compute(), new FmodWork(y, a, b));

    private readonly struct IntegerKernel<TOp, T> : IElementKernel<T>
        where TOp : struct, IIntegerOp
        where T : unmanaged, IBinaryInteger<T>
    {
        public void Stream()
        {
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        public void Run(T* x0, T* x1, T* x2, T* x3, T* x4, T* y, nint count)
        {
            nint i = 0;
            if (TOp.HasVector)
            {
                for (; i <= count - Vector<T>.Count; i += Vector<T>.Count)
                {
                    TOp.Apply(Vector.Load(x0 + i), Vector.Load(x1 + i)).Store(y + i);
                }
            }

            for (; i < count; i++)
            {
                if (TOp.Divides is not null && T.IsZero(x1[i]))
                {
                    throw IIntegerOp.Refusal(TOp.Divides);
                }

                y[i] = TOp.Apply(x0[i], x1[i]);
            }
        }
    }

    /// <summary>
    /// a − b · trunc(a / b) by one fused multiplication where the quotient is an exact integer of the type, which is nearly always;
    /// where it is larger, by the slow exact remainder.
    /// </summary>
    private readonly struct FmodKernel<T> : IElementKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private static T Limit => T.CreateChecked(typeof(T) == typeof(float) ? 1 << 22 : 1L << 51);

        public void Stream()
        {
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        public void Run(T* x0, T* x1, T* x2, T* x3, T* x4, T* y, nint count)
        {
            nint i = 0;
            if (Elements.HasFusedMultiplyAdd)
            {
                Vector<T> limit = new(Limit), infinity = new(T.PositiveInfinity);
                for (; i <= count - Vector<T>.Count; i += Vector<T>.Count)
                {
                    Vector<T> a = Vector.Load(x0 + i), b = Vector.Load(x1 + i);
                    Vector<T> quotient = a / b;
                    if (Vector.LessThanAll(Vector.Abs(quotient), limit) && Vector.LessThanAll(Vector.Abs(b), infinity))
                    {
                        Reduce(a, b, Truncate(quotient)).Store(y + i);
                    }
                    else
                    {
                        Exact(x0 + i, x1 + i, y + i, Vector<T>.Count);
                    }
                }
            }

            Exact(x0 + i, x1 + i, y + i, count - i);
        }

        /// <summary>The rounded quotient may be one too far from 0, which gives a remainder of the wrong sign.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector<T> Reduce(Vector<T> a, Vector<T> b, Vector<T> quotient)
        {
            Vector<T> rest = FusedMultiplyAdd(-quotient, b, a);
            Vector<T> size = Vector.Abs(b);
            Vector<T> signed = Vector.CopySign(size, a);
            Vector<T> wrong = Vector.LessThan(rest * Vector.CopySign(Vector<T>.One, a), Vector<T>.Zero);
            return Vector.CopySign(Vector.ConditionalSelect(wrong, rest + signed, rest), a);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector<T> Truncate(Vector<T> x) => typeof(T) == typeof(float)
            ? Vector.Truncate(x.As<T, float>()).As<float, T>()
            : Vector.Truncate(x.As<T, double>()).As<double, T>();

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector<T> FusedMultiplyAdd(Vector<T> a, Vector<T> b, Vector<T> c) => typeof(T) == typeof(float)
            ? Vector.FusedMultiplyAdd(a.As<T, float>(), b.As<T, float>(), c.As<T, float>()).As<float, T>()
            : Vector.FusedMultiplyAdd(a.As<T, double>(), b.As<T, double>(), c.As<T, double>()).As<double, T>();

        private static void Exact(T* x0, T* x1, T* y, nint count)
        {
            for (nint i = 0; i < count; i++)
            {
                y[i] = x0[i] % x1[i];
            }
        }
    }

    private readonly struct IntegerWork<TOp>(Tensor y, Tensor a, Tensor b) : IIntegerWork
        where TOp : struct, IIntegerOp
    {
        public void Run<T>()
            where T : unmanaged, IBinaryInteger<T> => ElementLoop.Run<IntegerKernel<TOp, T>, T>(default, y, a, b);
    }

    private readonly struct FmodWork(Tensor y, Tensor a, Tensor b) : IFloatWork
    {
        public void Run<T>()
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => ElementLoop.Run<FmodKernel<T>, T>(default, y, a, b);
    }
}
