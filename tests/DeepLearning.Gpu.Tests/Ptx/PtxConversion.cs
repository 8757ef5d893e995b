namespace DeepLearning.Tests.Gpu.Ptx;

/// <summary>The instruction cvt.</summary>
internal static class PtxConversion
{
    public static PtxAction Of(string[] parts, int[] x)
    {
        (string to, string from) = (parts[^2], parts[^1]);
        string rounding = parts.Length > 2 ? parts[0] : "";
        (int d, int a) = (x[0], x[1]);
        Action<PtxFrame> run = (to, from, rounding) switch
        {
            ("f32", "f32", not "") => f => f.F(d, (float)Round(f.F(a), rounding)),
            ("f64", "f64", not "") => f => f.D(d, Round(f.D(a), rounding)),
            ("tf32", "f32", "rna") => f => f.R[d] = PtxTensorCore.Rounded((uint)f.R[a]),
            ("f64", "f32", "") => f => f.D(d, f.F(a)),
            ("f32", "f64", "rn") => f => f.F(d, (float)f.D(a)),
            ("f32", "f16", "") => f => f.F(d, (float)BitConverter.UInt16BitsToHalf((ushort)f.R[a])),
            ("f16", "f32", "rn") => f => f.R[d] = BitConverter.HalfToUInt16Bits((Half)f.F(a)),
            ("f32", _, "rn") when IsInteger(from) => f => f.F(d, from[0] == 'u' ? Bits(f, a, from) : Signed(f, a, from)),
            ("f64", _, "rn") when IsInteger(from) => f => f.D(d, from[0] == 'u' ? Bits(f, a, from) : Signed(f, a, from)),
            (_, "f32", "rzi") when IsInteger(to) => f => f.R[d] = Saturated(f.F(a), to),
            (_, "f64", "rzi") when IsInteger(to) => f => f.R[d] = Saturated(f.D(a), to),
            _ when IsInteger(to) && IsInteger(from) => f =>
                f.R[d] = (from[0] == 's' ? (ulong)Signed(f, a, from) : Bits(f, a, from)) & PtxInteger.Mask(PtxProgram.SizeOf(to)),
            _ => throw new NotSupportedException($"cvt.{string.Join('.', parts)}"),
        };
        return f =>
        {
            run(f);
            return PtxFunction.Next;
        };
    }

    private static bool IsInteger(string type) => type[0] is 's' or 'u' or 'b';

    private static long Signed(PtxFrame f, int register, string type) => PtxInteger.Signed(f.R[register], PtxProgram.SizeOf(type));

    private static ulong Bits(PtxFrame f, int register, string type) => f.R[register] & PtxInteger.Mask(PtxProgram.SizeOf(type));

    private static double Round(double x, string rounding) => rounding switch
    {
        "rni" => Math.Round(x),
        "rmi" => Math.Floor(x),
        "rpi" => Math.Ceiling(x),
        "rzi" => Math.Truncate(x),
        _ => throw new NotSupportedException($"The rounding {rounding}."),
    };

    /// <summary>Towards zero; the end of the range beyond it, and 0 of NaN.</summary>
    private static ulong Saturated(double x, string type) => type switch
    {
        "s64" => (ulong)(long)x,
        "s32" => (uint)(int)x,
        "s16" => (ushort)(short)Math.Clamp(double.IsNaN(x) ? 0 : x, short.MinValue, short.MaxValue),
        "s8" => (byte)(sbyte)Math.Clamp(double.IsNaN(x) ? 0 : x, sbyte.MinValue, sbyte.MaxValue),
        "u64" => (ulong)x,
        "u32" => (uint)x,
        "u16" => (ushort)Math.Clamp(double.IsNaN(x) ? 0 : x, 0, ushort.MaxValue),
        "u8" => (byte)Math.Clamp(double.IsNaN(x) ? 0 : x, 0, byte.MaxValue),
        _ => throw new NotSupportedException($"The type {type}."),
    };
}
