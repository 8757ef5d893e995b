using System.IO.Compression;
using System.Text;
using DeepLearning.Formats;

namespace DeepLearning.Tests.Formats.PyTorch;

public sealed class PyTorchHostileTests
{
    private const string Storage = "(X\u0007\0\0\0storagectorch\nFloatStorage\nX\u0001\0\0\00X\u0003\0\0\0cpuK\u0004tQ";

    [Theory]
    [InlineData("refused_complex.pt", "no element type for torch.ComplexFloatStorage")]
    [InlineData("refused_module.pt", "torch.nn.modules.container.Sequential")]
    [InlineData("refused_quantized.pt", "torch._utils._rebuild_qtensor")]
    [InlineData("refused_negative.pt", "negative view")]
    [InlineData("refused_script.pt", "torch.jit.save")]
    [InlineData("refused_self.pt", "contains itself")]
    public void What_is_not_read_is_named(string name, string expected)
    {
        ModelFileException error = Assert.Throws<ModelFileException>(() => PyTorchFile.Load(Fixtures.PathOf(name)));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Equal(Fixtures.PathOf(name), error.FileName);
    }

    [Theory]
    [InlineData("cos\nsystem\nX\u0002\0\0\0ls\u0085R.", 2, "'os.system' is refused")]
    [InlineData("cbuiltins\neval\nX\u0001\0\0\01\u0085R.", 2, "'builtins.eval' is refused")]
    [InlineData("c__builtin__\nexec\n)R.", 2, "'__builtin__.exec' is refused")]
    [InlineData("X\u0002\0\0\0osX\u0006\0\0\0system\u0093.", 20, "'os.system' is refused")]
    [InlineData("(X\u0002\0\0\0lsios\nsystem\n.", 10, "opcode INST is refused")]
    [InlineData("(X\u0002\0\0\0lso.", 10, "opcode OBJ is refused")]
    [InlineData("ccollections\nOrderedDict\n)\u0081.", 28, "opcode NEWOBJ is refused")]
    [InlineData("ccollections\nOrderedDict\n)}\u0092.", 29, "opcode NEWOBJ_EX is refused")]
    [InlineData("\u0082\u0001.", 2, "opcode EXT1 is refused")]
    [InlineData("P0\n.", 2, "opcode PERSID is refused")]
    [InlineData("\u0097.", 2, "opcode NEXT_BUFFER is refused")]
    [InlineData("]}b.", 4, "BUILD sets the state of a list")]
    [InlineData("K\u0001)R.", 5, "calls a number")]
    [InlineData("X\u0001\0\0\0aQ.", 8, "persistent id of a text")]
    [InlineData("(X\u0006\0\0\0moduleNtQ.", 16, "persistent id 'module'")]
    [InlineData("ctorch\nFloatStorage\n.", null, "torch.FloatStorage stands among the values")]
    [InlineData("ctorch\nfloat32\n0ctorch\ncomplex64\n.", null, "torch.complex64 stands among")]
    [InlineData("}(]K\u0001u.", 7, "a list is a key")]
    [InlineData("}(X\u0001\0\0\0aK\u0001X\u0001\0\0\0aK\u0002u.", 20, "the key 'a' occurs twice")]
    [InlineData("}(K\u0001K\u0001\u0088Nu.", null, "occurs twice")]
    [InlineData("X\u00ff\u00ff\u00ff\u00ffa.", 7, "are left")]
    [InlineData("\u008d\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ffa.", 11, "are left")]
    [InlineData("\u008b\u00ff\u00ff\u00ff\u00ffa.", 7, "are left")]
    [InlineData("X\u0001\0\0\0\u00ff.", 7, "not valid UTF-8")]
    [InlineData("h\u0005.", 2, "memo has nothing at 5")]
    [InlineData("t.", 2, "there is none")]
    [InlineData(".", 2, "more values than there are")]
    [InlineData("(K\u0001\u0085.", null, "")]
    [InlineData("K\u0001K\u0002.", 6, "1 values too many")]
    [InlineData("\u00fe.", 2, "0xfe is no opcode")]
    [InlineData("K", 3, "ends before its STOP")]
    [InlineData("]K\u0001]e.", null, "")]
    [InlineData("ctorch\nSize\n(J\u00ff\u00ff\u00ff\u00fft\u0085R.", null, "torch.Size")]
    [InlineData("c_codecs\nencode\nX\u0001\0\0\0aX\u0003\0\0\0rot\u0086R.", null, "'rot'")]
    public void A_pickle_that_would_do_something_else_is_refused_by_name_and_place(string pickle, int? position, string expected)
    {
        ModelFileException error = Assert.Throws<ModelFileException>(() => PyTorchFile.Load(Archive(pickle)));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Equal("archive/data.pkl", error.Key);
        if (position is not null)
        {
            Assert.Equal(position, error.Position);
        }
    }

    [Theory]
    [InlineData("K\0K\u0004\u0085K\u0001\u0085", "", 0)]
    [InlineData("K\u0003K\u0001\u0085K\u0001\u0085", "", 0)]
    [InlineData("K\u0001K\u0004\u0085K\u0001\u0085", "reaches past the end", 0)]
    [InlineData("K\0K\u0003\u0085K\u0002\u0085", "reaches past the end", 0)]
    [InlineData("J\u00ff\u00ff\u00ff\u00ffK\u0001\u0085K\u0001\u0085", "offset", 0)]
    [InlineData("K\0K\u0002\u0085J\u00ff\u00ff\u00ff\u00ff\u0085", "are negative", 0)]
    [InlineData("K\0J\u00ff\u00ff\u00ff\u00ff\u0085K\u0001\u0085", "sizes", 0)]
    [InlineData("K\0\u008a\u0008\0\0\0\0\u0001\0\0\0\u0085K\0\u0085", "sizes", 0)]
    [InlineData("K\0(J\u00ff\u00ff\u00ff\u007fJ\u00ff\u00ff\u00ff\u007fJ\u00ff\u00ff\u00ff\u007ft(K\0K\0K\0t",
        "more elements than can be counted", 0)]
    [InlineData("K\0(J\u00ff\u00ff\u00ff\u007fJ\u00ff\u00ff\u00ff\u007fJ\u00ff\u00ff\u00ff\u007fK\0t(K\0K\0K\0K\0t",
        "more elements than can be counted", 0)]
    [InlineData("K\0K\u0002\u0085\u008a\u0008\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u007f\u0085", "reaches past the end", 0)]
    [InlineData("K\u0005K\0\u0085K\u0001\u0085", "reaches past the end", 0)]
    [InlineData("K\0K\u0002\u0085)", "must be as many", 0)]
    [InlineData("K\0K\u0004\u0085K\u0001\u0085", "claims 4 elements", 8)]
    public void A_tensor_stays_inside_its_storage(string place, string expected, int missing)
    {
        string pickle = $"ctorch._utils\n_rebuild_tensor_v2\n({Storage}{place}\u0089ccollections\nOrderedDict\n)RtR.";
        byte[] archive = Archive(pickle, ("archive/data/0", new byte[16 - missing]));
        if (expected.Length == 0)
        {
            Assert.IsType<Tensor>(PyTorchFile.Load(archive));
            return;
        }

        Assert.Contains(expected, Assert.Throws<ModelFileException>(() => PyTorchFile.Load(archive)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Hooks_and_subclasses_are_refused()
    {
        string Tensor(string hooks) => $"ctorch._utils\n_rebuild_tensor_v2\n({Storage}K\0K\u0001\u0085K\u0001\u0085\u0089{hooks}tR.";
        byte[] file = Archive(Tensor("}(K\u0001K\u0001u"), ("archive/data/0", new byte[16]));
        Assert.Contains("hooks", Assert.Throws<ModelFileException>(() => PyTorchFile.Load(file)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Nesting_is_bounded_and_takes_no_stack()
    {
        string deep = string.Concat(Enumerable.Repeat("]", 100_000)) + string.Concat(Enumerable.Repeat("a", 99_999)) + ".";
        Assert.Contains("nested", Assert.Throws<ModelFileException>(() => PyTorchFile.Load(Archive(deep))).Message,
            StringComparison.Ordinal);
        string tuples = ")" + string.Concat(Enumerable.Repeat("\u0085", 200)) + ".";
        Assert.IsType<object?[]>(PyTorchFile.Load(Archive(tuples)));
    }

    [Fact]
    public void Values_that_are_named_again_and_again_take_no_more_memory_than_once()
    {
        // Each level is a pair of the one before: 2^60 leaves for who would write them out.
        StringBuilder doubled = new("}X\u0001\0\0\0aNs");
        for (int level = 0; level < 60; level++)
        {
            doubled.Append("q\u00010}(X\u0001\0\0\0ah\u0001X\u0001\0\0\0bh\u0001u");
        }

        byte[] archive = Archive(doubled + ".");
        Assert.IsType<PyTorchDictionary>(PyTorchFile.Load(archive));
        using MemoryStream stream = new(archive);
        Assert.Contains("longer than the file", Assert.Throws<ModelFileException>(() => PyTorchFile.LoadTensors(stream)).Message,
            StringComparison.Ordinal);

        // A list of 20 000, copied 20 000 times.
        string copies = "(]q\0(" + string.Concat(Enumerable.Repeat("N", 20_000)) + "e"
            + string.Concat(Enumerable.Repeat("c__builtin__\nlist\nh\0\u0085R0", 20_000)) + "1N.";
        Assert.Contains("copies more", Assert.Throws<ModelFileException>(() => PyTorchFile.Load(Archive(copies))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Archives_that_lie_about_their_records_are_refused()
    {
        Assert.Contains("leads out", Fails(Archive("N.", ("../evil", [1]))), StringComparison.Ordinal);
        Assert.Contains("leads out", Fails(Archive("N.", ("/evil", [1]))), StringComparison.Ordinal);
        Assert.Contains("two records", Fails(Archive("N.", ("archive/data/0", [1]), ("archive/data/0", [2]))), StringComparison.Ordinal);
        Assert.Contains("2 records FOLDER/data.pkl", Fails(Archive("N.", ("other/data.pkl", [1]))), StringComparison.Ordinal);
        Assert.Contains("byte order", Fails(Archive("N.", ("archive/byteorder", "middle"u8.ToArray()))), StringComparison.Ordinal);
        Assert.Contains("something behind", Fails(Archive("N.N.")), StringComparison.Ordinal);
        byte[] archive = Archive("N.");
        Assert.Contains("damaged", Fails(archive[..^30]), StringComparison.Ordinal);
        Assert.Contains("neither a ZIP archive nor a pickle", Fails([1, 2, 3, 4, 5]), StringComparison.Ordinal);
        Assert.Contains("neither a ZIP archive nor a pickle", Fails([]), StringComparison.Ordinal);
        Assert.Contains("a GGUF file", Fails("GGUF1234"u8.ToArray()), StringComparison.Ordinal);
        Assert.Contains("none of torch.save", Fails([0x80, 2, (byte)'N', (byte)'.']), StringComparison.Ordinal);
    }

    [Fact]
    public void A_record_that_claims_more_than_it_holds_takes_no_memory()
    {
        string storage = Storage.Replace("K\u0004tQ", "J\0\0\0\u0004tQ", StringComparison.Ordinal);
        byte[] bomb = Archive(
            $"ctorch._utils\n_rebuild_tensor_v2\n({storage}K\0K\u0001\u0085K\u0001\u0085\u0089NtR.",
            CompressionLevel.Optimal, ("archive/data/0", new byte[1 << 20]));

        // The directory's claim becomes 256 MiB in 1 MiB of zeros, compressed to a kilobyte.
        int directory = IndexOf(bomb, "PK\u0001\u0002"u8.ToArray(), last: true);
        BitConverter.GetBytes(1 << 28).CopyTo(bomb, directory + 24);
        BitConverter.GetBytes(1 << 19).CopyTo(bomb, directory + 20);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<ModelFileException>(() => PyTorchFile.Load(bomb));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 16 << 20);
    }

    private static string Fails(byte[] file) => Assert.Throws<ModelFileException>(() => PyTorchFile.Load(file)).Message;

    private static int IndexOf(byte[] bytes, byte[] part, bool last) => last
        ? bytes.AsSpan().LastIndexOf(part)
        : bytes.AsSpan().IndexOf(part);

    /// <summary>A file whose pickle, of protocol 2, goes on with these letters, each a byte.</summary>
    private static byte[] Archive(string pickle, params (string Name, byte[] Bytes)[] records) =>
        Archive(pickle, CompressionLevel.NoCompression, records);

    private static byte[] Archive(string pickle, CompressionLevel level, params (string Name, byte[] Bytes)[] records)
    {
        using MemoryStream stream = new();
        using (ZipArchive archive = new(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            (string, byte[]) first = ("archive/data.pkl", Encoding.Latin1.GetBytes("\u0080\u0002" + pickle));
            foreach ((string name, byte[] bytes) in ((string, byte[])[])[first, .. records])
            {
                using Stream record = archive.CreateEntry(name, level).Open();
                record.Write(bytes);
            }
        }

        return stream.ToArray();
    }
}
