using System.Buffers.Binary;
using System.Diagnostics;
using System.IO.Compression;
using DeepLearning.Formats;

namespace DeepLearning.Tests.Formats.Keras;

/// <summary>What Keras does not write is refused by name; what is damaged ends in time, with the file's own exception.</summary>
public sealed class KerasHostileTests
{
    [Theory]
    [InlineData("compressed", "compressed or filtered")]
    [InlineData("chunked", "in chunks")]
    [InlineData("unwritten", "no values were ever written")]
    [InlineData("text", "texts are no element type")]
    [InlineData("structure", "structures")]
    [InlineData("complex", "structures")]
    [InlineData("outside", "in other files, which are not opened")]
    [InlineData("dense", "fractal heap")]
    [InlineData("soft", "'b' is a symbolic link")]
    [InlineData("external", "'b' is an external link")]
    [InlineData("cycle", "leads back to itself")]
    [InlineData("other", "not a file of Keras")]
    public void What_Keras_does_not_write_is_refused_by_name(string name, string problem)
    {
        string path = Fixtures.PathOf($"refused_{name}.h5");
        ModelFileException error = Assert.Throws<ModelFileException>(() => KerasFile.Load(path));
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Files_of_other_kinds_are_named()
    {
        foreach ((string file, string problem) in ((string, string)[])
            [("state.pt", "no record model.weights.h5"), ("quants.gguf", "a GGUF file"), ("version1.npy", "a file of NumPy")])
        {
            Assert.Contains(problem, Assert.Throws<ModelFileException>(() => KerasFile.Load(Fixtures.PathOf(file))).Message,
                StringComparison.Ordinal);
        }

        Assert.Throws<ModelFileException>(() => KerasFile.Load(new MemoryStream([])));
        Assert.Throws<ModelFileException>(() => KerasFile.Load(new MemoryStream([0x89, (byte)'H', (byte)'D'])));
    }

    [Fact]
    public void A_file_that_is_cut_off_anywhere_is_refused()
    {
        byte[] whole = Fixtures.Bytes("many.h5");
        for (int length = 0; length < whole.Length - 64; length += 97)
        {
            Assert.Throws<ModelFileException>(() => KerasFile.Load(new MemoryStream(whole, 0, length)));
        }
    }

    /// <summary>Bytes of the structures changed, most of them to what a length or an address would be worst as.</summary>
    [Theory]
    [InlineData("many.h5")]
    [InlineData("text.weights.h5")]
    [InlineData("types.weights.h5")]
    [InlineData("nested.h5")]
    [InlineData("image.h5")]
    public void Mutations_are_read_or_refused_in_time_and_in_bounds(string file)
    {
        byte[] whole = Fixtures.Bytes(file);
        Random random = new(11);
        int refused = 0;
        for (int round = 0; round < 400; round++)
        {
            byte[] mutated = (byte[])whole.Clone();
            for (int change = random.Next(1, 4); change > 0; change--)
            {
                int at = NextStructure(whole, random);
                switch (random.Next(5))
                {
                    case 0:
                        mutated[at] ^= (byte)(1 << random.Next(8));
                        break;
                    case 1:
                        mutated[at] = 0xFF;
                        break;
                    case 2:
                        BinaryPrimitives.WriteUInt32LittleEndian(mutated.AsSpan(Math.Min(at, whole.Length - 4)), 0x7FFFFFF0);
                        break;
                    case 3:
                        // An address of something else in the file.
                        BinaryPrimitives.WriteUInt64LittleEndian(
                            mutated.AsSpan(Math.Min(at & ~7, whole.Length - 8)), (ulong)NextStructure(whole, random) & ~7UL);
                        break;
                    default:
                        BinaryPrimitives.WriteUInt64LittleEndian(
                            mutated.AsSpan(Math.Min(at & ~7, whole.Length - 8)), (ulong)random.NextInt64());
                        break;
                }
            }

            refused += TryRead(mutated, $"{file}, round {round}");
        }

        // They do reach what matters.
        Assert.InRange(refused, 20, 400);
    }

    [Fact]
    public void Claims_are_compared_with_the_file_before_memory_is_taken()
    {
        // A shape of 2^20 by 2^18 without any elements; the same in a compressed record would be a bomb.
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<ModelFileException>(() => KerasFile.Load(Fixtures.PathOf("refused_unwritten.h5")));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public void An_archive_that_claims_more_than_it_holds_is_refused()
    {
        using MemoryStream bytes = new();
        using (ZipArchive archive = new(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            using Stream record = archive.CreateEntry("model.weights.h5", CompressionLevel.SmallestSize).Open();
            record.Write(new byte[1 << 20]);
        }

        byte[] bomb = bytes.ToArray();

        // The length in the directory: as many gigabytes as a length of four bytes can say.
        int directory = bomb.AsSpan().LastIndexOf("PK\u0001\u0002"u8);
        BinaryPrimitives.WriteUInt32LittleEndian(bomb.AsSpan(directory + 24), 0xFFFFFF00);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<ModelFileException>(() => KerasFile.Load(new MemoryStream(bomb)));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 24);
    }

    /// <summary>A place in the file where not all around it is zero.</summary>
    private static int NextStructure(byte[] whole, Random random)
    {
        while (true)
        {
            int at = random.Next(whole.Length);
            if (whole.AsSpan(at, Math.Min(8, whole.Length - at)).ContainsAnyExcept((byte)0))
            {
                return at;
            }
        }
    }

    private static int TryRead(byte[] bytes, string which)
    {
        using TensorScope scope = new();
        long before = GC.GetAllocatedBytesForCurrentThread();
        Stopwatch watch = Stopwatch.StartNew();
        int refused = 0;
        try
        {
            KerasFile.Load(new MemoryStream(bytes));
        }
        catch (ModelFileException)
        {
            refused = 1;
        }

        Assert.True(watch.Elapsed.TotalSeconds < 5, which);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < (64L * bytes.Length) + (1 << 20), which);
        return refused;
    }
}
