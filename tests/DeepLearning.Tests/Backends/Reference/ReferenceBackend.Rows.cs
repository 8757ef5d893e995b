using System.Numerics;

namespace DeepLearning.Tests.Backends.Reference;

internal sealed partial class ReferenceBackend
{
    public override void ScanRows(Scan scan, Tensor x, Tensor y, Tensor? positions)
    {
        switch (x.DType)
        {
            case DType.Float32: Apply<float>(); break;
            case DType.Float64: Apply<double>(); break;
            case DType.Int64: Apply<long>(); break;
            case DType.Int32: Apply<int>(); break;
            case DType.UInt8 or DType.Bool: Apply<byte>(); break;
            default: throw DTypes.Unsupported(x.DType);
        }

        void Apply<T>()
            where T : unmanaged, INumber<T>
        {
            T[] values = Load<T>(x), results = new T[values.Length];
            long[] places = new long[values.Length];
            int length = x.Layout.Lengths[^1];
            for (int i = 0; i < values.Length; i++)
            {
                bool isFirst = i % length == 0;
                int before = i - 1;
                switch (scan)
                {
                    case Scan.Sum: results[i] = isFirst ? values[i] : results[before] + values[i]; break;
                    case Scan.LogSumExp: results[i] = isFirst ? values[i] : LogSumExp(results[before], values[i]); break;
                    default:
                        bool isNew = isFirst || T.IsNaN(values[i])
                            || (scan == Scan.Max ? values[i] >= results[before] : values[i] <= results[before]);
                        (results[i], places[i]) = isNew ? (values[i], i % length) : (results[before], places[before]);
                        break;
                }
            }

            Store(results, y);
            if (positions is not null)
            {
                Store(places, positions);
            }
        }
    }

    public override void SortRows(Tensor x, bool descending, Tensor y, Tensor positions)
    {
        switch (x.DType)
        {
            case DType.Float32: Apply<float>(); break;
            case DType.Float64: Apply<double>(); break;
            case DType.Int64: Apply<long>(); break;
            case DType.Int32: Apply<int>(); break;
            case DType.UInt8 or DType.Bool: Apply<byte>(); break;
            default: throw DTypes.Unsupported(x.DType);
        }

        void Apply<T>()
            where T : unmanaged, INumber<T>
        {
            T[] values = Load<T>(x), results = new T[values.Length];
            long[] places = new long[values.Length];
            int length = x.Layout.Lengths[^1];
            for (int first = 0; first < values.Length; first += length)
            {
                // OrderBy keeps the order of equals, and so does one by the negated comparison.
                int start = first;
                int[] order = [.. Enumerable.Range(0, length).Order(Comparer<int>.Create((a, b) =>
                    Compare(values[start + a], values[start + b]) is var c && c != 0 ? (descending ? -c : c) : a.CompareTo(b)))];
                for (int i = 0; i < length; i++)
                {
                    (results[first + i], places[first + i]) = (values[first + order[i]], order[i]);
                }
            }

            Store(results, y);
            Store(places, positions);
        }
    }

    /// <summary>NaN is the greatest, and 0 and −0 are equal.</summary>
    private static int Compare<T>(T a, T b)
        where T : INumber<T> =>
        T.IsNaN(a) || T.IsNaN(b) ? T.IsNaN(a).CompareTo(T.IsNaN(b)) : a < b ? -1 : a > b ? 1 : 0;

    private static T LogSumExp<T>(T a, T b)
        where T : INumber<T>
    {
        double x = double.CreateTruncating(a), y = double.CreateTruncating(b), high = Math.Max(x, y), low = Math.Min(x, y);
        double sum = !double.IsFinite(high) ? high : high + Math.Log(1 + Math.Exp(low - high));
        return T.CreateTruncating(sum);
    }
}
