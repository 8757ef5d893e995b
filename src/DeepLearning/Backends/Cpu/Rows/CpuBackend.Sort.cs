using System.Numerics;

namespace DeepLearning.Backends.Cpu;

internal sealed unsafe partial class CpuBackend
{
    public override void SortRows(Tensor x, bool descending, Tensor y, Tensor positions) => TryTopRows(x, descending, y, positions);

    public override bool TryTopRows(Tensor x, bool descending, Tensor y, Tensor positions)
    {
        ElementTypes.Numbers(x.DType, new OrderWork(x, descending, -1, y, positions));
        return true;
    }

    public override bool TrySelectRows(Tensor x, int k, Tensor y, Tensor positions)
    {
        ElementTypes.Numbers(x.DType, new OrderWork(x, false, k, y, positions));
        return true;
    }

    public override bool TrySearchRows(Tensor sorted, Tensor values, bool right, Tensor y)
    {
        ElementTypes.Numbers(sorted.DType, new SearchWork(sorted, values, right, y));
        return true;
    }

    public override bool TryCount(Tensor bins, Tensor? weights, Tensor y)
    {
        using Lease<long> lb = new(bins), lc = y.DType == DType.Int64 ? new(y) : default;
        using Lease<double> lw = weights is null ? default : new(weights), ly = y.DType == DType.Float64 ? new(y) : default;
        ReadOnlySpan<long> positions = lb.Span;
        for (int i = 0; i < positions.Length; i++)
        {
            if (positions[i] < 0)
            {
                continue;
            }

            if (weights is null)
            {
                lc.Span[(int)positions[i]]++;
            }
            else
            {
                ly.Span[(int)positions[i]] += lw.Span[i];
            }
        }

        return true;
    }

    private static void Order<T>(Tensor x, bool descending, int selected, Tensor y, Tensor positions)
        where T : unmanaged, INumber<T>
    {
        int length = x.Size(-1), wanted = selected >= 0 ? 1 : y.Size(-1);
        using Lease<T> lx = new(x), ly = new(y);
        using Lease<long> lp = new(positions);
        fixed (T* px = lx, py = ly)
        fixed (long* pp = lp)
        {
            OrderKernel<T> kernel = new()
            {
                X = px,
                Y = py,
                Positions = pp,
                Length = length,
                Wanted = wanted,
                Selected = selected,
                Descending = descending
            };
            RowLoop.Run(in kernel, wanted == 0 ? 0 : y.Count / wanted, length * 8L);
        }
    }

    private static void Search<T>(Tensor sorted, Tensor values, bool right, Tensor y)
        where T : unmanaged, INumber<T>
    {
        int length = sorted.Size(-1);
        int width = sorted.Rank == 1 ? 1 : values.Size(-1);
        using Lease<T> ls = new(sorted), lv = new(values);
        using Lease<long> ly = new(y);
        fixed (T* ps = ls, pv = lv)
        fixed (long* py = ly)
        {
            SearchKernel<T> kernel = new()
            {
                Sorted = ps,
                Values = pv,
                Y = py,
                Length = length,
                Width = width,
                Shared = sorted.Rank == 1,
                Right = right,
            };
            RowLoop.Run(in kernel, width == 0 ? 0 : values.Count / width, width * 16L);
        }
    }

    private struct OrderKernel<T> : IRowKernel
        where T : unmanaged, INumber<T>
    {
        public T* X;
        public T* Y;
        public long* Positions;
        public int Length;
        public int Wanted;
        public int Selected;
        public bool Descending;

        public readonly void Run(long row)
        {
            T* x = X + (row * Length), y = Y + (row * Wanted);
            long* positions = Positions + (row * Wanted);
            if (Selected >= 0)
            {
                *positions = RowSort.Select(x, Length, Selected);
            }
            else
            {
                RowSort.Order(x, Length, Descending, positions, Wanted);
            }

            for (int i = 0; i < Wanted; i++)
            {
                y[i] = x[positions[i]];
            }
        }
    }

    private struct SearchKernel<T> : IRowKernel
        where T : unmanaged, INumber<T>
    {
        public T* Sorted;
        public T* Values;
        public long* Y;
        public int Length;
        public int Width;
        public bool Shared;
        public bool Right;

        public readonly void Run(long row)
        {
            T* sorted = Shared ? Sorted : Sorted + (row * Length);
            for (long i = row * Width; i < (row + 1) * Width; i++)
            {
                T value = Values[i];
                int low = 0, high = Length;
                while (low < high)
                {
                    int middle = low + ((high - low) / 2);

                    // In the order of SortRows: a NaN stands behind everything, beside the other ones.
                    T at = sorted[middle];
                    bool goesOn = Right
                        ? at <= value || T.IsNaN(value)
                        : at < value || (T.IsNaN(value) && !T.IsNaN(at));
                    (low, high) = goesOn ? (middle + 1, high) : (low, middle);
                }

                Y[i] = low;
            }
        }
    }

    private readonly struct OrderWork(Tensor x, bool descending, int k, Tensor y, Tensor positions) : INumberWork
    {
        public void Run<T>()
            where T : unmanaged, INumber<T> => Order<T>(x, descending, k, y, positions);
    }

    private readonly struct SearchWork(Tensor sorted, Tensor values, bool right, Tensor y) : INumberWork
    {
        public void Run<T>()
            where T : unmanaged, INumber<T> => Search<T>(sorted, values, right, y);
    }
}
