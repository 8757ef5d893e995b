using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Backends.Cpu;

internal sealed unsafe partial class CpuBackend
{
    public override void ScanRows(Scan scan, Tensor x, Tensor y, Tensor? positions) =>
        ElementTypes.Numbers(x.DType, new ScanRowsWork(scan, x, y, positions));

    public override bool TryLinearScanRows(Tensor a, Tensor? b, double initial, bool reverse, Tensor y)
    {
        ElementTypes.Numbers(a.DType, new LinearScanWork(a, b, initial, reverse, y));
        return true;
    }

    public override bool TryExtremeRows(bool greatest, Tensor x, Tensor y, Tensor positions)
    {
        ElementTypes.Numbers(x.DType, new ExtremeRowsWork(greatest, x, y, positions));
        return true;
    }

    private static void ScanRows<T>(Scan scan, Tensor x, Tensor y, Tensor? positions)
        where T : unmanaged, INumber<T>
    {
        long length = x.Size(-1), rows = length == 0 ? 0 : x.Count / length;
        using Lease<T> lx = new(x), ly = new(y);
        using Lease<long> lp = positions is null ? default : new(positions);
        fixed (T* px = lx, py = ly)
        fixed (long* pp = lp)
        {
            RowLoop.Run(new ScanKernel<T> { Scan = scan, X = px, Y = py, Positions = pp, Length = length }, rows, length);
        }
    }

    private static void LinearScanRows<T>(Tensor a, Tensor? b, double initial, bool reverse, Tensor y)
        where T : unmanaged, INumber<T>
    {
        long length = a.Size(-1), rows = length == 0 ? 0 : a.Count / length;
        using Lease<T> la = new(a), lb = b is null ? default : new(b), ly = new(y);
        fixed (T* pa = la, pb = lb, py = ly)
        {
            RowLoop.Run(
                new LinearScanKernel<T>
                {
                    A = pa,
                    B = pb,
                    Y = py,
                    Initial = T.CreateTruncating(initial),
                    Reverse = reverse,
                    Length = length
                },
                rows,
                length);
        }
    }

    private static void ExtremeRows<T>(bool greatest, Tensor x, Tensor y, Tensor positions)
        where T : unmanaged, INumber<T>
    {
        long length = x.Size(-1);
        using Lease<T> lx = new(x), ly = new(y);
        using Lease<long> lp = new(positions);
        fixed (T* px = lx, py = ly)
        fixed (long* pp = lp)
        {
            RowLoop.Run(new ExtremeKernel<T> { Greatest = greatest, X = px, Y = py, Positions = pp, Length = length }, y.Count, length);
        }
    }

    private struct ScanKernel<T> : IRowKernel
        where T : unmanaged, INumber<T>
    {
        public Scan Scan;
        public T* X;
        public T* Y;
        public long* Positions;
        public long Length;

        public readonly void Run(long row)
        {
            T* x = X + (row * Length), y = Y + (row * Length);
            switch (Scan)
            {
                case Scan.Sum: Sum(x, y); break;
                case Scan.LogSumExp: LogSumExp(x, y); break;
                case Scan.Max or Scan.Min: Extreme(x, y, Positions + (row * Length)); break;
                default: throw new NotSupportedException($"Rows are not scanned by {Scan}.");
            }
        }

        private readonly void Sum(T* x, T* y)
        {
            if (typeof(T) == typeof(float))
            {
                // Added in double precision, as PyTorch does: a long chain of float additions loses too much.
                double total = 0;
                for (long i = 0; i < Length; i++)
                {
                    total += Unsafe.BitCast<T, float>(x[i]);
                    y[i] = Unsafe.BitCast<float, T>((float)total);
                }

                return;
            }

            T sum = T.Zero;
            for (long i = 0; i < Length; i++)
            {
                sum += x[i];
                y[i] = sum;
            }
        }

        private readonly void LogSumExp(T* x, T* y)
        {
            double total = double.NegativeInfinity;
            for (long i = 0; i < Length; i++)
            {
                double value = double.CreateTruncating(x[i]), high = Math.Max(total, value), low = Math.Min(total, value);

                // Two equal infinities, or a NaN that Math.Max passed on, are the result themselves.
                total = high == low || !double.IsFinite(high)
                    ? (double.IsFinite(high) ? high + Math.Log(2) : high)
                    : high + Math.Log(1 + Math.Exp(low - high));
                y[i] = T.CreateTruncating(total);
            }
        }

        private readonly void Extreme(T* x, T* y, long* positions)
        {
            long best = 0;
            for (long i = 0; i < Length; i++)
            {
                bool wins = T.IsNaN(x[i]) || (Scan == Scan.Max ? x[i] >= x[best] : x[i] <= x[best]);
                best = wins ? i : best;
                y[i] = x[best];
                positions[i] = best;
            }
        }
    }

    private struct LinearScanKernel<T> : IRowKernel
        where T : unmanaged, INumber<T>
    {
        public T* A;
        public T* B;
        public T* Y;
        public T Initial;
        public bool Reverse;
        public long Length;

        public readonly void Run(long row)
        {
            long first = (row * Length) + (Reverse ? Length - 1 : 0), step = Reverse ? -1 : 1;
            T* a = A + first, b = B is null ? null : B + first, y = Y + first;
            if (typeof(T) == typeof(float))
            {
                double state = double.CreateTruncating(Initial);
                for (long i = 0, at = 0; i < Length; i++, at += step)
                {
                    state = (state * Unsafe.BitCast<T, float>(a[at])) + (b is null ? 0 : Unsafe.BitCast<T, float>(b[at]));
                    y[at] = Unsafe.BitCast<float, T>((float)state);
                }

                return;
            }

            T total = Initial;
            for (long i = 0, at = 0; i < Length; i++, at += step)
            {
                total = (total * a[at]) + (b is null ? T.Zero : b[at]);
                y[at] = total;
            }
        }
    }

    private struct ExtremeKernel<T> : IRowKernel
        where T : unmanaged, INumber<T>
    {
        public bool Greatest;
        public T* X;
        public T* Y;
        public long* Positions;
        public long Length;

        public readonly void Run(long row)
        {
            T* x = X + (row * Length);
            long best = Block(x, 0);
            for (long start = RunReduction<AmaxOp, T>.Block; start < Length; start += RunReduction<AmaxOp, T>.Block)
            {
                if (T.IsNaN(x[best]))
                {
                    break;
                }

                long candidate = Block(x, start);
                bool wins = T.IsNaN(x[candidate]) || (Greatest ? x[candidate] > x[best] : x[candidate] < x[best]);
                best = wins ? candidate : best;
            }

            Y[row] = x[best];
            Positions[row] = best;
        }

        /// <summary>The position of the extreme in one block: its value first, by vectors, then its place.</summary>
        [MethodImpl(MethodImplOptions.NoInlining)]
        private readonly long Block(T* x, long start)
        {
            nint count = (nint)Math.Min(RunReduction<AmaxOp, T>.Block, Length - start);
            T value = Greatest ? RunReduction<AmaxOp, T>.Run(default, x + start, count) : RunReduction<AminOp, T>.Run(default, x + start,
                count);
            nint i = 0;
            if (T.IsNaN(value))
            {
                while (!T.IsNaN(x[start + i]))
                {
                    i++;
                }

                return start + i;
            }

            Vector<T> wanted = new(value);
            while (i <= count - Vector<T>.Count && !Vector.EqualsAny(Unsafe.ReadUnaligned<Vector<T>>(x + start + i), wanted))
            {
                i += Vector<T>.Count;
            }

            while (x[start + i] != value)
            {
                i++;
            }

            return start + i;
        }
    }

    private readonly struct ScanRowsWork(Scan scan, Tensor x, Tensor y, Tensor? positions) : INumberWork
    {
        public void Run<T>()
            where T : unmanaged, INumber<T> => ScanRows<T>(scan, x, y, positions);
    }

    private readonly struct ExtremeRowsWork(bool greatest, Tensor x, Tensor y, Tensor positions) : INumberWork
    {
        public void Run<T>()
            where T : unmanaged, INumber<T> => ExtremeRows<T>(greatest, x, y, positions);
    }

    private readonly struct LinearScanWork(Tensor a, Tensor? b, double initial, bool reverse, Tensor y) : INumberWork
    {
        public void Run<T>()
            where T : unmanaged, INumber<T> => LinearScanRows<T>(a, b, initial, reverse, y);
    }
}
