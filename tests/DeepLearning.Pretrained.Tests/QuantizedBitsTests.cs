using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using DeepLearning.Formats;
using DeepLearning.Pretrained;
using DeepLearning.Tests.Infrastructure;

namespace DeepLearning.Tests.Pretrained;

/// <summary>
/// Products with quantized weights have the same bits on every processor: the checked-in hashes were the same with vectors of 512 and 256
/// bits and without any. Whole-number sums and fused products are exact wherever they are computed.
/// </summary>
public sealed class QuantizedBitsTests
{
    private const string UpdateSwitch = "DEEPLEARNING_UPDATE_BITS";

    private static string PathOfBits => RepositoryFiles.PathOf("tests", "DeepLearning.Pretrained.Tests", "bits.txt");

    [Fact]
    public void Products_have_the_bits_that_are_checked_in()
    {
        List<string> lines = [];
        foreach (QuantizationKind kind in Enum.GetValues<QuantizationKind>())
        {
            // An odd and an even number of blocks, and one to five rows of input.
            foreach (int columns in (int[])[32, 96, 128, 544])
            {
                Tensor weights = Numbers(7, columns, 1);
                Tensor product = QuantizedMatrix.Of(weights, kind).Linear(Numbers(5, columns, 2), null);
                lines.Add($"{kind} {columns.ToString(CultureInfo.InvariantCulture)} {Hash(product)}");
            }
        }

        foreach (GgufType type in (GgufType[])[GgufType.Q4_K, GgufType.Q6_K, GgufType.Q5_K, GgufType.Q4_1])
        {
            QuantizedMatrix matrix = QuantizedMatrix.FromBlocks(QuantizationTests.Blocks(type, 7, 768, new Random(3)), type);
            lines.Add($"{type} 768 {Hash(matrix.Linear(Numbers(5, 768, 2), null))}");
        }

        if (Environment.GetEnvironmentVariable(UpdateSwitch) == "1")
        {
            File.WriteAllLines(PathOfBits, lines);
        }

        Assert.Equal(File.ReadAllLines(PathOfBits), lines);
    }

    private static Tensor Numbers(int rows, int columns, int seed)
    {
        Random random = new(seed);
        return Tensor.From([.. Enumerable.Range(0, rows * columns).Select(_ => (float)((random.NextDouble() * 4) - 2))], rows, columns);
    }

    private static string Hash(Tensor x) =>
        Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes<float>(x.ToArray<float>())))[..16];
}
