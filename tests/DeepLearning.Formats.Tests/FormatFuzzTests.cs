using System.Diagnostics;
using DeepLearning.Formats;

namespace DeepLearning.Tests.Formats;

/// <summary>Thousands of damaged files: each is read, or answered with the one exception, in bounded time and memory.</summary>
public sealed class FormatFuzzTests
{
    private static readonly byte[] _interesting = [0, 1, 2, 0x7f, 0x80, 0xff, (byte)'(', (byte)'.', (byte)'R', (byte)'Q', (byte)'t',
        (byte)'e', (byte)'c', 0x93, 0x81];

    public static TheoryData<string> Files => new(
        Fixtures.All.Select(static path => Path.GetFileName(path)!)
            .Where(static name => Path.GetExtension(name) is ".pt" or ".npy" or ".npz" or ".gguf" or ".keras" or ".h5")
            .Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Files))]
    public void Damaged_files_give_values_or_the_one_exception(string name) => Damage(name, 40);

    [Theory]
    [MemberData(nameof(Files))]
    [Trait("Category", "Slow")]
    public void Many_damaged_files_give_values_or_the_one_exception(string name) => Damage(name, 3000);

    private static void Damage(string name, int rounds)
    {
        Random random = new(name.Sum(static letter => letter) + rounds);
        byte[] whole = Fixtures.Bytes(name);
        Stopwatch watch = new();
        for (int round = 0; round < rounds; round++)
        {
            byte[] bytes = Damaged(whole, random);
            long before = GC.GetAllocatedBytesForCurrentThread();
            watch.Restart();
            try
            {
                Read(name, bytes);
            }
            catch (ModelFileException error)
            {
                Assert.InRange(error.Message.Length, 20, 4000);
            }

            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20), $"{name}, round {round}: {watch.Elapsed}");
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, (4 << 20) + (1100L * bytes.Length));
        }
    }

    private static void Read(string name, byte[] bytes)
    {
        using TensorScope scope = new();
        using MemoryStream stream = new(bytes);
        switch (Path.GetExtension(name))
        {
            case ".pt":
                PyTorchFile.LoadTensors(stream);
                break;
            case ".npy":
                NpyFile.Load(stream);
                break;
            case ".npz":
                NpzFile.Load(stream);
                break;
            case ".keras" or ".h5":
                KerasFile.Load(stream);
                break;
            default:
                using (GgufFile file = GgufFile.Open(stream))
                {
                    foreach (GgufEntry entry in file.Entries)
                    {
                        file.ReadBlocks(entry.Name);
                        file.Read(entry.Name);
                    }
                }

                break;
        }
    }

    private static byte[] Damaged(byte[] whole, Random random)
    {
        List<byte> bytes = [.. whole];
        for (int k = random.Next(4); k >= 0; k--)
        {
            int at = random.Next(bytes.Count);
            switch (random.Next(6))
            {
                case 0:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    bytes[at] = _interesting[random.Next(_interesting.Length)];
                    break;
                case 2:
                    bytes.RemoveRange(at, Math.Min(random.Next(1, 9), bytes.Count - at));
                    break;
                case 3:
                    bytes.InsertRange(at, bytes.GetRange(random.Next(bytes.Count), 1));
                    break;
                case 4 when bytes.Count - at > 8:
                    byte[] number = BitConverter.GetBytes(random.Next(3) == 0 ? long.MaxValue : random.NextInt64(1L << random.Next(1, 63)));
                    for (int i = 0; i < (random.Next(2) == 0 ? 4 : 8); i++)
                    {
                        bytes[at + i] = number[i];
                    }

                    break;
                default:
                    bytes.RemoveRange(at, random.Next(20) == 0 ? bytes.Count - at : 0);
                    break;
            }

            if (bytes.Count == 0)
            {
                bytes.Add(0);
            }
        }

        return [.. bytes];
    }
}
