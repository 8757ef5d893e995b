namespace DeepLearning.DeviceTest;

/// <summary>How results of the device are compared with the processor's.</summary>
internal static class Comparison
{
    /// <summary>What differs in bits, NaN being NaN; null for nothing.</summary>
    public static string? Bits(Tensor expected, Tensor actual, long tolerance = 0)
    {
        if (expected.Shape != actual.Shape || expected.DType != actual.DType)
        {
            return $"{actual.DType.Name()}{actual.Shape}, not {expected.DType.Name()}{expected.Shape}";
        }

        double[] wanted = expected.To(DType.Float64).ToArray<double>(), found = actual.To(DType.Float64).ToArray<double>();
        long[] a = Ordered(expected), b = Ordered(actual);
        int wrong = 0, first = -1;
        for (int i = 0; i < a.Length; i++)
        {
            bool same = double.IsNaN(wanted[i]) ? double.IsNaN(found[i]) : !double.IsNaN(found[i]) && Math.Abs(a[i] - b[i]) <= tolerance;
            if (!same)
            {
                first = wrong++ == 0 ? i : first;
            }
        }

        return wrong == 0
            ? null
            : FormattableString.Invariant($"{wrong} of {a.Length} differ, the first at {first}: {found[first]:R}, not {wanted[first]:R}");
    }

    /// <summary>What differs by more than a share of the greatest magnitude; null for nothing.</summary>
    public static string? Near(Tensor expected, Tensor actual, double bound)
    {
        if (expected.Shape != actual.Shape || expected.DType != actual.DType)
        {
            return $"{actual.DType.Name()}{actual.Shape}, not {expected.DType.Name()}{expected.Shape}";
        }

        double[] wanted = expected.To(DType.Float64).ToArray<double>(), found = actual.To(DType.Float64).ToArray<double>();
        double greatest = wanted.Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty(0).Max(), worst = 0;
        for (int i = 0; i < wanted.Length; i++)
        {
            if (double.IsFinite(wanted[i]) ? !double.IsFinite(found[i]) : !wanted[i].Equals(found[i]))
            {
                return FormattableString.Invariant($"at {i}: {found[i]}, not {wanted[i]}");
            }

            worst = double.IsFinite(wanted[i]) ? Math.Max(worst, Math.Abs(wanted[i] - found[i])) : worst;
        }

        return worst <= bound * Math.Max(greatest, 1e-30)
            ? null
            : FormattableString.Invariant($"an error of {worst:e2} beside {greatest:e2}, more than the bound of {bound:e1}");
    }

    /// <summary>Numbers whose differences are units in the last place.</summary>
    private static long[] Ordered(Tensor x) => x.DType switch
    {
        DType.Float32 => Array.ConvertAll(x.ToArray<float>(), static f => Order(BitConverter.SingleToInt32Bits(f), int.MinValue)),
        DType.Float64 => Array.ConvertAll(x.ToArray<double>(), static d => Order(BitConverter.DoubleToInt64Bits(d), long.MinValue)),
        DType.Float16 => Array.ConvertAll(x.ToArray<Half>(), static h => Order(BitConverter.HalfToInt16Bits(h), short.MinValue)),
        DType.BFloat16 => Array.ConvertAll(x.To(DType.Float32).ToArray<float>(), static f => (long)BitConverter.SingleToInt32Bits(f)),
        _ => x.To(DType.Int64).ToArray<long>(),
    };

    // Zero and its negative are a unit apart.
    private static long Order(long bits, long least) => bits >= 0 ? bits : least - bits - 1;
}
