using System.Text;
using DeepLearning.Numerics;
using DeepLearning.Tests.Infrastructure;

namespace DeepLearning.Tests.Bits;

/// <summary>
/// A table of hashes of what is computed, the same on every processor with fused multiply-add, whatever the width of its vectors: this test
/// reads it on the processor it runs on, and again in a process that does without the widest vectors.
/// </summary>
[Trait("Rerun", "Bits")]
public sealed class BitTableTests
{
    private const string UpdateSwitch = "DEEPLEARNING_UPDATE_BITS";

    private static string Table => RepositoryFiles.PathOf("tests", "DeepLearning.Tests", "Bits", "bits.txt");

    [Fact]
    [Trait("Category", "Slow")]
    public void Everything_computes_the_bits_of_the_table()
    {
        if (!Elements.HasFusedMultiplyAdd)
        {
            // Another rounding of every product, which the table does not have.
            return;
        }

        string[] actual = [.. BitTable.Entries().Select(static entry => $"{entry.Name} = {Hash(entry.Compute())}")];
        if (Environment.GetEnvironmentVariable(UpdateSwitch) == "1")
        {
            File.WriteAllLines(Table, actual);
        }

        string[] listed = File.ReadAllLines(Table);
        Assert.True(
            actual.SequenceEqual(listed),
            $"Set {UpdateSwitch}=1 to record an intended change. Computed on {RerunHost.SimdBits} bits:\n"
            + string.Join("\n", actual.Except(listed)));
    }

    /// <summary>
    /// A short hash (FNV-1a) of types, shapes and values; every NaN counts as the same. It needs no library of the system, which an
    /// emulated processor has not.
    /// </summary>
    private static string Hash(IEnumerable<Tensor> tensors)
    {
        ulong hash = 0xCBF29CE484222325;
        foreach (Tensor tensor in tensors)
        {
            foreach (byte letter in Encoding.UTF8.GetBytes($"{tensor.DType.Name()}{tensor.Shape}"))
            {
                hash = (hash ^ letter) * 0x100000001B3;
            }

            foreach (double value in tensor.Detach().To(DType.Float64).ToArray<double>())
            {
                ulong bits = BitConverter.DoubleToUInt64Bits(double.IsNaN(value) ? double.NaN : value);
                for (int i = 0; i < 8; i++, bits >>= 8)
                {
                    hash = (hash ^ (bits & 0xFF)) * 0x100000001B3;
                }
            }
        }

        return $"{hash:x16}";
    }
}
