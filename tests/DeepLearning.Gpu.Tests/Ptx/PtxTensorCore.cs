namespace DeepLearning.Tests.Gpu.Ptx;

/// <summary>
/// mma.sync: d = a · b + c of a warp, 16 by 8 sums in float32. Which thread holds what is the PTX ISA's ("Matrix Fragments"): thread
/// 4 · g + t holds of a the words [g, t], [g + 8, t], [g, t + 4], [g + 8, t + 4], of b [t, g], [t + 4, g] and of c and d the numbers
/// [g, 2t], [g, 2t + 1], [g + 8, 2t], [g + 8, 2t + 1]. How exactly a GPU sums is not defined; here products are exact, and rounded with
/// the sum once.
/// </summary>
internal static class PtxTensorCore
{
    public const int Lanes = 32;

    /// <summary>The action of an instruction on registers d, a, b, c.</summary>
    public static PtxWarpAction Product(string[] parts, int[] registers)
    {
        if (parts is not ["sync", "aligned", var shape, "row", "col", "f32", var type, var other, "f32"] || type != other
            || registers.Length != 14)
        {
            throw new NotSupportedException($"mma.{string.Join('.', parts)}");
        }

        Func<uint, float[]> numbers = (shape, type) switch
        {
            ("m16n8k8", "tf32") => static word => [BitConverter.UInt32BitsToSingle(word & 0xffffe000)],
            ("m16n8k16", "bf16") => static word =>
                [BitConverter.UInt32BitsToSingle(word << 16), BitConverter.UInt32BitsToSingle(word & 0xffff0000)],
            ("m16n8k16", "f16") => static word =>
                [(float)BitConverter.UInt16BitsToHalf((ushort)word), (float)BitConverter.UInt16BitsToHalf((ushort)(word >> 16))],
            _ => throw new NotSupportedException($"mma.{string.Join('.', parts)}"),
        };
        return warp => Multiply(warp, registers, numbers);
    }

    /// <summary>A float's bits with 10 bits of fraction, the nearest, halves away from 0.</summary>
    public static uint Rounded(uint bits) => (bits & 0x7f800000) == 0x7f800000 ? bits : (bits + 0x1000) & 0xffffe000;

    private static void Multiply(PtxFrame[] warp, int[] registers, Func<uint, float[]> numbers)
    {
        float[,][] rows = new float[16, 8][], columns = new float[8, 8][];
        for (int lane = 0; lane < Lanes; lane++)
        {
            (int g, int t) = (lane / 4, lane % 4);
            for (int i = 0; i < 4; i++)
            {
                rows[g + (i % 2 * 8), t + (i / 2 * 4)] = numbers((uint)warp[lane].R[registers[4 + i]]);
            }

            columns[t, g] = numbers((uint)warp[lane].R[registers[8]]);
            columns[t + 4, g] = numbers((uint)warp[lane].R[registers[9]]);
        }

        for (int lane = 0; lane < Lanes; lane++)
        {
            for (int i = 0; i < 4; i++)
            {
                int row = (lane / 4) + (i / 2 * 8), column = (lane % 4 * 2) + (i % 2);
                double sum = warp[lane].F(registers[10 + i]);
                for (int word = 0; word < 8; word++)
                {
                    for (int part = 0; part < rows[row, word].Length; part++)
                    {
                        sum += (double)rows[row, word][part] * columns[word, column][part];
                    }
                }

                warp[lane].F(registers[i], (float)sum);
            }
        }
    }
}
