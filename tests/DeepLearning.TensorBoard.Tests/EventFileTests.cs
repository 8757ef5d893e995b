using DeepLearning.Layers;
using DeepLearning.Reporting;
using DeepLearning.TensorBoard;

namespace DeepLearning.Tests.TensorBoard;

public sealed class EventFileTests
{
    [Fact]
    public void What_was_written_is_read_back()
    {
        using RunFolder folder = new();
        string path = Example(folder);
        EventFile file = EventFile.Read(path);
        Assert.False(file.IsTruncated);
        Assert.Equal("brain.Event:2", file.Events[0].FileVersion);
        Assert.InRange(file.Events[0].Time, DateTimeOffset.UtcNow.AddMinutes(-5), DateTimeOffset.UtcNow.AddMinutes(5));
        Assert.Equal([(1L, 0.5), (2, 0.25)], file.Scalars("loss"));
        TensorBoardHistogram histogram = Assert.IsType<TensorBoardHistogram>(Value(file, "h").Histogram);
        Assert.Equal((-1, 2, 3, 1.5), (histogram.Min, histogram.Max, histogram.Count, histogram.Sum));
        Assert.Equal(3, histogram.BucketCounts.Sum());
        Assert.Equal(Png.Encode(Tensor.Zeros(2, 3)), Value(file, "i").Image!.Value.ToArray());
        Assert.Equal(("hello", "text"), (Value(file, "t/text_summary").Text, Value(file, "t/text_summary").Plugin));
        Assert.Contains(file.Events, static e => e.GraphDef.Length > 0);
    }

    [Fact]
    public void A_file_cut_anywhere_gives_the_events_before_the_cut()
    {
        using RunFolder folder = new();
        byte[] whole = File.ReadAllBytes(Example(folder));
        string cut = Path.Combine(folder.Path, "cut");
        int[] ends = [0, .. TfRecords.Read(whole).Select(static r => r.Length + 16)];
        for (int i = 1; i < ends.Length; i++)
        {
            ends[i] += ends[i - 1];
        }

        // All places around the ends of events, and a few within.
        foreach (int length in Enumerable.Range(0, whole.Length + 1).Where(n => n % 13 == 0 || ends.Any(end => Math.Abs(end - n) < 3)))
        {
            File.WriteAllBytes(cut, whole[..length]);
            EventFile file = EventFile.Read(cut);
            Assert.Equal(ends.Count(end => end <= length) - 1, file.Events.Count);
            Assert.Equal(!ends.Contains(length), file.IsTruncated);
        }
    }

    [Fact]
    public void A_changed_byte_is_noticed_wherever_it_is()
    {
        using RunFolder folder = new();
        byte[] whole = File.ReadAllBytes(Example(folder));
        string changed = Path.Combine(folder.Path, "changed");
        for (int at = 0; at < whole.Length; at += at < 150 ? 1 : 7)
        {
            byte[] bytes = [.. whole];
            bytes[at] ^= (byte)(1 << (at % 8));
            File.WriteAllBytes(changed, bytes);
            InvalidDataException error = Assert.Throws<InvalidDataException>(() => EventFile.Read(changed));
            Assert.Contains(changed, error.Message, StringComparison.Ordinal);
        }
    }

    /// <summary>Content that no writer makes, behind checksums that fit: it is refused or read, and never ends in another way.</summary>
    [Fact]
    public void Content_of_strangers_is_an_event_or_an_exception_that_says_so()
    {
        using RunFolder folder = new();
        List<byte[]> records = TfRecords.Read(File.ReadAllBytes(Example(folder)));
        string path = Path.Combine(folder.Path, "stranger");
        Random random = new(1);
        int refused = 0;
        for (int round = 0; round < 1500; round++)
        {
            byte[] content = round % 3 == 0 ? new byte[random.Next(64)] : [.. records[1 + round % (records.Count - 1)]];
            for (int change = 0; change < (round % 3 == 0 ? content.Length : 1 + random.Next(4)); change++)
            {
                content[random.Next(Math.Max(1, Math.Min(content.Length, 120)))] = (byte)random.Next(256);
            }

            Save(path, records[0], content);
            try
            {
                Assert.Equal(2, EventFile.Read(path).Events.Count);
            }
            catch (InvalidDataException e)
            {
                Assert.Contains(path, e.Message, StringComparison.Ordinal);
                refused++;
            }
        }

        Assert.InRange(refused, 50, 1450);
    }

    [Fact]
    public void A_great_length_allocates_nothing()
    {
        using RunFolder folder = new();
        string path = Path.Combine(folder.Path, "great");
        byte[] first = TfRecords.Read(File.ReadAllBytes(Example(folder)))[0];
        foreach (ulong length in (ulong[])[1 << 30, int.MaxValue, uint.MaxValue, long.MaxValue, ulong.MaxValue])
        {
            Save(path, first);
            byte[] size = BitConverter.GetBytes(length);
            using (FileStream stream = new(path, FileMode.Append))
            {
                stream.Write(size);
                stream.Write(BitConverter.GetBytes(TfRecords.Masked(size)));
                stream.Write(new byte[100]);
            }

            long before = GC.GetAllocatedBytesForCurrentThread();
            EventFile file = EventFile.Read(path);
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 500_000);
            Assert.True(file.IsTruncated);
            Assert.Single(file.Events);
        }
    }

    [Fact]
    public void Other_files_are_refused_and_an_empty_one_has_no_events()
    {
        using RunFolder folder = new();
        string path = Path.Combine(folder.Path, "other");
        File.WriteAllText(path, "This is no event file, but a text that is long enough.");
        InvalidDataException other = Assert.Throws<InvalidDataException>(() => EventFile.Read(path));
        Assert.Contains("is not an event file", other.Message, StringComparison.Ordinal);
        Save(path, [0x10, 0x01]);
        Assert.Contains("version", Assert.Throws<InvalidDataException>(() => EventFile.Read(path)).Message, StringComparison.Ordinal);
        File.WriteAllBytes(path, []);
        Assert.Empty(EventFile.Read(path).Events);
        Assert.Throws<FileNotFoundException>(() => EventFile.Read(path + "x"));
        IOException run = Assert.Throws<IOException>(() => EventFile.Read(folder.Path));
        Assert.Contains("is a folder, not an event file", run.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Scalars_of_TensorFlow_2_are_read()
    {
        using RunFolder folder = new();
        string path = Path.Combine(folder.Path, "tf2");
        byte[] first = TfRecords.Read(File.ReadAllBytes(Example(folder)))[0];
        byte[] quarter = BitConverter.GetBytes(0.25f);

        // Event { step: 3, summary { value { tag: "x", tensor { dtype: DT_FLOAT, … } } } }, with packed numbers and with raw content.
        Save(
            path, first,
            [0x10, 3, 0x2A, 15, 0x0A, 13, 0x0A, 1, (byte)'x', 0x42, 8, 0x08, 1, 0x2A, 4, .. quarter],
            [0x10, 4, 0x2A, 15, 0x0A, 13, 0x0A, 1, (byte)'x', 0x42, 8, 0x08, 1, 0x22, 4, .. quarter]);
        Assert.Equal([(3L, 0.25), (4, 0.25)], EventFile.Read(path).Scalars("x"));
    }

    private static string Example(RunFolder folder)
    {
        using TensorBoardWriter writer = new(folder.Path);
        writer.AddScalar("loss", 0.5, 1);
        writer.AddScalar("loss", 0.25, 2);
        writer.AddHistogram("h", [-1, 0.5, 2], 1);
        writer.AddImage("i", Tensor.Zeros(2, 3), 1);
        writer.AddText("t", "hello", 1);
        writer.AddGraph(new Linear(2, 1), Tensor.Zeros(1, 2));
        return writer.FilePath;
    }

    private static TensorBoardValue Value(EventFile file, string tag) =>
        file.Events.SelectMany(static e => e.Values).Single(v => v.Tag == tag);

    private static void Save(string path, params byte[][] records)
    {
        using FileStream stream = File.Create(path);
        foreach (byte[] record in records)
        {
            byte[] size = BitConverter.GetBytes((ulong)record.Length);
            stream.Write(size);
            stream.Write(BitConverter.GetBytes(TfRecords.Masked(size)));
            stream.Write(record);
            stream.Write(BitConverter.GetBytes(TfRecords.Masked(record)));
        }
    }
}
