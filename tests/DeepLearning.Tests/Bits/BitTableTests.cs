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

    private static readonly Dictionary<string, Func<IEnumerable<Tensor>>> s_entries =
        BitTable.Entries().ToDictionary(static entry => entry.Name, static entry => entry.Compute);

    private static readonly Lazy<Dictionary<string, string>> s_listed = new(static () =>
        File.ReadLines(Table).Select(static line => line.Split(" = ")).ToDictionary(static parts => parts[0], static parts => parts[1]));

    private static bool Updates => Environment.GetEnvironmentVariable(UpdateSwitch) == "1";

    public static TheoryData<string> Names => [.. s_entries.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Computes_the_bits_of_the_table(string name)
    {
        // Without fused multiply-add every product is rounded in another way, which the table does not have.
        if (!Elements.HasFusedMultiplyAdd || Updates)
        {
            return;
        }

        string actual = Hash(s_entries[name]());
        Assert.True(
            s_listed.Value.TryGetValue(name, out string? listed) && actual == listed,
            $"{name}: {actual}, listed is {listed ?? "nothing"}. Set {UpdateSwitch}=1 to record an intended change. "
            + $"Computed on {RerunHost.SimdBits} bits.");
    }

    [Fact]
    public void The_table_lists_what_is_computed_and_nothing_else()
    {
        if (Updates)
        {
            File.WriteAllLines(Table, s_entries.Select(static entry => $"{entry.Key} = {Hash(entry.Value())}"));
            return;
        }

        Assert.Equal(s_entries.Keys, s_listed.Value.Keys);
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
