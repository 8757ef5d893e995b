using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Backends.Cpu;

/// <content>
/// The matrices: what each does to six vectors, or makes of them; or to five, where what belongs to the point 0, the first, is left out.
/// </content>
internal static unsafe partial class WinogradTransform<T, V, TSimd>
    where T : unmanaged, INumberBase<T>
    where V : struct
    where TSimd : struct, ISimd<T, V>
{
    private const double A = 0.625;
    private const double B = 1.5;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Constant(double value) => TSimd.Broadcast(T.CreateTruncating(value));

    /// <summary>Bᵀ, whose rows are the products of (x − point) over the other points.</summary>
    private readonly struct InputConstants
    {
        private readonly V _a = Constant(A);
        private readonly V _minusA = Constant(-A);
        private readonly V _b = Constant(B);
        private readonly V _minusB = Constant(-B);
        private readonly V _minusA2 = Constant(-A * A);
        private readonly V _minusB2 = Constant(-B * B);
        private readonly V _minusSum = Constant(-(A * A) - (B * B));
        private readonly V _product = Constant(A * A * B * B);

        public InputConstants()
        {
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Run(T* from, nint fromStep, int points, T* to, nint toStep)
        {
            var first = points == Winograd.MostPoints ? from + fromStep : from;
            var d1 = TSimd.Load(first);
            var d2 = TSimd.Load(first + fromStep);
            var d3 = TSimd.Load(first + (2 * fromStep));
            var d4 = TSimd.Load(first + (3 * fromStep));
            var d5 = TSimd.Load(first + (4 * fromStep));
            if (points == Winograd.MostPoints)
            {
                TSimd.Store(to, TSimd.MultiplyAdd(_product, TSimd.Load(from), TSimd.MultiplyAdd(_minusSum, d2, d4)));
                to += toStep;
            }

            var (evenA, oddA) = (TSimd.MultiplyAdd(_minusB2, d2, d4), TSimd.MultiplyAdd(_minusB2, d1, d3));
            var (evenB, oddB) = (TSimd.MultiplyAdd(_minusA2, d2, d4), TSimd.MultiplyAdd(_minusA2, d1, d3));
            TSimd.Store(to, TSimd.MultiplyAdd(_a, oddA, evenA));
            TSimd.Store(to + toStep, TSimd.MultiplyAdd(_minusA, oddA, evenA));
            TSimd.Store(to + (2 * toStep), TSimd.MultiplyAdd(_b, oddB, evenB));
            TSimd.Store(to + (3 * toStep), TSimd.MultiplyAdd(_minusB, oddB, evenB));
            TSimd.Store(to + (4 * toStep), TSimd.MultiplyAdd(_product, d1, TSimd.MultiplyAdd(_minusSum, d3, d5)));
        }
    }

    /// <summary>Aᵀ, whose rows are the powers of the points.</summary>
    private readonly struct OutputConstants
    {
        private readonly V _minusOne = Constant(-1);
        private readonly V _a = Constant(A);
        private readonly V _b = Constant(B);
        private readonly V _a2 = Constant(A * A);
        private readonly V _b2 = Constant(B * B);
        private readonly V _a3 = Constant(A * A * A);
        private readonly V _b3 = Constant(B * B * B);

        public OutputConstants()
        {
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Gather(T* from, nint fromStep, int points, int outputs, T* to, nint toStep, V added)
        {
            var first = added;
            if (points == Winograd.MostPoints)
            {
                first = TSimd.Add(TSimd.Load(from), added);
                from += fromStep;
            }

            var m1 = TSimd.Load(from);
            var m2 = TSimd.Load(from + fromStep);
            var m3 = TSimd.Load(from + (2 * fromStep));
            var m4 = TSimd.Load(from + (3 * fromStep));
            var last = TSimd.Add(TSimd.Load(from + (4 * fromStep)), added);
            var (sumA, differenceA) = (TSimd.Add(m1, m2), TSimd.MultiplyAdd(_minusOne, m2, m1));
            var (sumB, differenceB) = (TSimd.Add(m3, m4), TSimd.MultiplyAdd(_minusOne, m4, m3));
            TSimd.Store(to, TSimd.Add(first, TSimd.Add(sumA, sumB)));
            if (outputs == Winograd.MostOutputs)
            {
                TSimd.Store(to + toStep, TSimd.MultiplyAdd(_b, differenceB, TSimd.MultiplyAdd(_a, differenceA, added)));
                TSimd.Store(to + (2 * toStep), TSimd.MultiplyAdd(_b2, sumB, TSimd.MultiplyAdd(_a2, sumA, added)));
                TSimd.Store(to + (3 * toStep), TSimd.MultiplyAdd(_b3, differenceB, TSimd.MultiplyAdd(_a3, differenceA, last)));
            }
            else
            {
                TSimd.Store(to + toStep, TSimd.MultiplyAdd(_b, differenceB, TSimd.MultiplyAdd(_a, differenceA, last)));
            }
        }

        /// <summary>A, from four or two.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Spread(T* from, nint fromStep, int points, int size, T* to, nint toStep)
        {
            var evenA = TSimd.Load(from);
            var oddA = TSimd.Load(from + fromStep);
            var (evenB, oddB, last) = (evenA, oddA, oddA);
            var first = evenA;
            if (size == Winograd.MostOutputs)
            {
                var y2 = TSimd.Load(from + (2 * fromStep));
                last = TSimd.Load(from + (3 * fromStep));
                (evenA, evenB) = (TSimd.MultiplyAdd(_a2, y2, evenA), TSimd.MultiplyAdd(_b2, y2, evenB));
                (oddA, oddB) = (TSimd.MultiplyAdd(_a2, last, oddA), TSimd.MultiplyAdd(_b2, last, oddB));
            }

            if (points == Winograd.MostPoints)
            {
                TSimd.Store(to, first);
                to += toStep;
            }

            (oddA, oddB) = (TSimd.MultiplyAdd(_a, oddA, TSimd.Zero), TSimd.MultiplyAdd(_b, oddB, TSimd.Zero));
            TSimd.Store(to, TSimd.Add(evenA, oddA));
            TSimd.Store(to + toStep, TSimd.MultiplyAdd(_minusOne, oddA, evenA));
            TSimd.Store(to + (2 * toStep), TSimd.Add(evenB, oddB));
            TSimd.Store(to + (3 * toStep), TSimd.MultiplyAdd(_minusOne, oddB, evenB));
            TSimd.Store(to + (4 * toStep), last);
        }
    }

    /// <summary>G, which evaluates the filter at the points, over the products of their distances.</summary>
    private readonly struct FilterConstants
    {
        private const double AtA = 2 * A * A * ((A * A) - (B * B));
        private const double AtB = 2 * B * B * ((B * B) - (A * A));

        private readonly V _minusOne = Constant(-1);
        private readonly V _zero = Constant(1 / (A * A * B * B));
        private readonly V _a0 = Constant(1 / AtA);
        private readonly V _a1 = Constant(A / AtA);
        private readonly V _a2 = Constant(A * A / AtA);
        private readonly V _a3 = Constant(A * A * A / AtA);
        private readonly V _a4 = Constant(A * A * A * A / AtA);
        private readonly V _b0 = Constant(1 / AtB);
        private readonly V _b1 = Constant(B / AtB);
        private readonly V _b2 = Constant(B * B / AtB);
        private readonly V _b3 = Constant(B * B * B / AtB);
        private readonly V _b4 = Constant(B * B * B * B / AtB);

        public FilterConstants()
        {
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Run(T* from, nint fromStep, int taps, T* to, nint toStep)
        {
            var (g1, last) = (TSimd.Load(from), TSimd.Load(from + fromStep));
            var (evenA, evenB) = (TSimd.MultiplyAdd(_a2, last, TSimd.Zero), TSimd.MultiplyAdd(_b2, last, TSimd.Zero));
            if (taps > 2)
            {
                var g0 = g1;
                (g1, last) = (last, TSimd.Load(from + (2 * fromStep)));
                evenA = TSimd.MultiplyAdd(_a2, last, TSimd.MultiplyAdd(_a0, g0, TSimd.Zero));
                evenB = TSimd.MultiplyAdd(_b2, last, TSimd.MultiplyAdd(_b0, g0, TSimd.Zero));
                TSimd.Store(to, TSimd.MultiplyAdd(_zero, g0, TSimd.Zero));
                to += toStep;
            }

            var (oddA, oddB) = (TSimd.MultiplyAdd(_a1, g1, TSimd.Zero), TSimd.MultiplyAdd(_b1, g1, TSimd.Zero));
            if (taps == Winograd.MostTaps)
            {
                var g3 = TSimd.Load(from + (3 * fromStep));
                last = TSimd.Load(from + (4 * fromStep));
                (evenA, evenB) = (TSimd.MultiplyAdd(_a4, last, evenA), TSimd.MultiplyAdd(_b4, last, evenB));
                (oddA, oddB) = (TSimd.MultiplyAdd(_a3, g3, oddA), TSimd.MultiplyAdd(_b3, g3, oddB));
            }

            TSimd.Store(to, TSimd.Add(evenA, oddA));
            TSimd.Store(to + toStep, TSimd.MultiplyAdd(_minusOne, oddA, evenA));
            TSimd.Store(to + (2 * toStep), TSimd.Add(evenB, oddB));
            TSimd.Store(to + (3 * toStep), TSimd.MultiplyAdd(_minusOne, oddB, evenB));
            TSimd.Store(to + (4 * toStep), last);
        }

        /// <summary>Gᵀ, from as many as points to the taps.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Transposed(T* from, nint fromStep, int taps, T* to, nint toStep)
        {
            var first = taps > 2 ? from + fromStep : from;
            var m1 = TSimd.Load(first);
            var m2 = TSimd.Load(first + fromStep);
            var m3 = TSimd.Load(first + (2 * fromStep));
            var m4 = TSimd.Load(first + (3 * fromStep));
            var last = TSimd.Load(first + (4 * fromStep));
            var (sumA, differenceA) = (TSimd.Add(m1, m2), TSimd.MultiplyAdd(_minusOne, m2, m1));
            var (sumB, differenceB) = (TSimd.Add(m3, m4), TSimd.MultiplyAdd(_minusOne, m4, m3));
            if (taps > 2)
            {
                var zero = TSimd.MultiplyAdd(_zero, TSimd.Load(from), TSimd.Zero);
                TSimd.Store(to, TSimd.MultiplyAdd(_b0, sumB, TSimd.MultiplyAdd(_a0, sumA, zero)));
                to += toStep;
            }

            TSimd.Store(to, TSimd.MultiplyAdd(_b1, differenceB, TSimd.MultiplyAdd(_a1, differenceA, TSimd.Zero)));
            var added = taps == Winograd.MostTaps ? TSimd.Zero : last;
            TSimd.Store(to + toStep, TSimd.MultiplyAdd(_b2, sumB, TSimd.MultiplyAdd(_a2, sumA, added)));
            if (taps == Winograd.MostTaps)
            {
                TSimd.Store(to + (2 * toStep), TSimd.MultiplyAdd(_b3, differenceB, TSimd.MultiplyAdd(_a3, differenceA, TSimd.Zero)));
                TSimd.Store(to + (3 * toStep), TSimd.MultiplyAdd(_b4, sumB, TSimd.MultiplyAdd(_a4, sumA, last)));
            }
        }
    }
}
