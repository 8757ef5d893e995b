using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace DeepLearning.Backends.Gpu;

/// <summary>Lengths of the six innermost axes of a result, the last the fastest; what is not there is 1.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct Axes(ReadOnlySpan<long> lengths)
{
    public readonly long N1 = lengths[1];
    public readonly long N2 = lengths[2];
    public readonly long N3 = lengths[3];
    public readonly long N4 = lengths[4];
    public readonly long N5 = lengths[5];

    /// <summary>The place along each axis of an element, counted in row-major order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Place At(long i)
    {
        long r = i / N5;
        long i5 = i - (r * N5);
        long s = r / N4;
        long i4 = r - (s * N4);
        r = s / N3;
        long i3 = s - (r * N3);
        s = r / N2;
        long i2 = r - (s * N2);
        r = s / N1;
        return new Place(r, s - (r * N1), i2, i3, i4, i5);
    }
}

/// <summary>A place along six axes.</summary>
internal readonly struct Place(long i0, long i1, long i2, long i3, long i4, long i5)
{
    public readonly long I0 = i0;
    public readonly long I1 = i1;
    public readonly long I2 = i2;
    public readonly long I3 = i3;
    public readonly long I4 = i4;
    public readonly long I5 = i5;
}

/// <summary>Where an operand begins, and its strides along six axes: 0 where it repeats, below 0 where it runs backwards.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct Strides(ReadOnlySpan<long> strides, long start)
{
    public readonly long Start = start;
    public readonly long S0 = strides[0];
    public readonly long S1 = strides[1];
    public readonly long S2 = strides[2];
    public readonly long S3 = strides[3];
    public readonly long S4 = strides[4];
    public readonly long S5 = strides[5];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public long At(Place p) =>
        Start + (p.I0 * S0) + (p.I1 * S1) + (p.I2 * S2) + (p.I3 * S3) + (p.I4 * S4) + (p.I5 * S5);
}
