using DeepLearning.Data;
using DeepLearning.Samples.Lessons;
using DeepLearning.Tests.Infrastructure;

namespace DeepLearning.Tests.Lessons;

public sealed class MaterialsTests
{
    [Fact]
    public void Words_are_numbered_by_frequency_behind_padding_unknown_and_special_ones()
    {
        Words words = new([["b", "a", "a"], ["c", "a", "b"]], most: 2, special: ["<s>"]);
        Assert.Equal(["<pad>", "<unk>", "<s>", "a", "b"], words.All);
        Tensor rows = words.Encode([["a", "c", "b", "a"], ["b"]], length: 3);
        Assert.Equal([3, 1, 4, 4, 0, 0], rows.ToArray<long>());
        Assert.Equal([3, 1], Words.Lengths(rows).ToArray<long>());
        Assert.Equal(["b"], words.Decode(rows[1]));
    }

    [Fact]
    public void A_text_reversed_keeps_its_padding_behind()
    {
        Tensor texts = Tensor.From(new long[,] { { 5, 6, 7, 0 }, { 8, 0, 0, 0 } });
        Assert.Equal([7, 6, 5, 0, 8, 0, 0, 0], WordLanguageModel.Reversed(texts).ToArray<long>());
    }

    [Fact]
    public void Drawn_shapes_lie_in_their_boxes_and_nowhere_else()
    {
        DrawnShapes shapes = DrawnShapes.Draw(20, 32, new Generator(1));
        for (int i = 0; i < 20; i++)
        {
            Tensor outside = shapes.Masks[i].Clone();
            float[] boxes = shapes.Boxes[i].ToArray<float>();
            for (int shape = 0; shape < shapes.Boxes[i].Size(0); shape++)
            {
                (int left, int top) = ((int)boxes[4 * shape], (int)boxes[(4 * shape) + 1]);
                (int right, int bottom) = ((int)MathF.Ceiling(boxes[(4 * shape) + 2]), (int)MathF.Ceiling(boxes[(4 * shape) + 3]));
                Tensor inside = shapes.Masks[i][top..bottom, left..right];
                Assert.True(inside.EqualTo((long)shapes.Kinds[i][shape] + 1).Any().Item<bool>());
                outside[top..bottom, left..right] = 0;
            }

            Assert.False(outside.Greater(0).Any().Item<bool>());
        }
    }

    [Fact]
    public void Made_translations_never_test_what_they_train()
    {
        Translations data = Translations.Make();
        HashSet<string> learned =
            [.. Enumerable.Range(0, data.Sources.Size(0)).Select(i => string.Join(' ', data.SourceWords.Decode(data.Sources[i])))];
        Assert.All(data.Tests, test => Assert.DoesNotContain(string.Join(' ', test.Source), learned));
    }

    [Theory]
    [InlineData("edges.txt", "0 9")]
    [InlineData("edges.txt", "0 1 2")]
    [InlineData("features.txt", "0 x")]
    [InlineData("labels.txt", "0\n0\n0\n0")]
    [InlineData("labels.txt", "0\n\n1")]
    public void A_graph_with_a_wrong_line_is_refused(string file, string text)
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["features.txt"], "0 1\n1\n2");
        File.WriteAllText(folder["labels.txt"], "0\n1\n1");
        File.WriteAllText(folder["edges.txt"], "0 1\n1 2");
        File.WriteAllText(folder["test_index.txt"], "2");
        Assert.Equal(3, Citations.Load(DatasetFolder.Find(Materials.Cora, folder.Root)).Labels.Size(0));
        File.WriteAllText(folder[file], text);
        Assert.Throws<InvalidDataException>(() => Citations.Load(DatasetFolder.Find(Materials.Cora, folder.Root)));
    }

    [Fact]
    public void A_wave_file_that_is_cut_off_or_of_another_kind_is_refused()
    {
        byte[] whole = Wave(channels: 1, bits: 16, samples: 100);
        Assert.Equal(100, WaveFile.Read(whole, "x.wav").Length);
        for (int length = 0; length < whole.Length; length++)
        {
            Assert.Throws<InvalidDataException>(() => WaveFile.Read(whole.AsSpan(0, length), "x.wav"));
        }

        Assert.Throws<InvalidDataException>(() => WaveFile.Read(Wave(channels: 2, bits: 16, samples: 10), "x.wav"));
        Assert.Throws<InvalidDataException>(() => WaveFile.Read(Wave(channels: 1, bits: 8, samples: 10), "x.wav"));
        whole.AsSpan(40, 4).Fill(0xFF);
        Assert.Throws<InvalidDataException>(() => WaveFile.Read(whole, "x.wav"));
    }

    private static byte[] Wave(short channels, short bits, int samples)
    {
        using MemoryStream stream = new();
        using BinaryWriter writer = new(stream);
        writer.Write("RIFF"u8);
        writer.Write(36 + (2 * samples));
        writer.Write("WAVEfmt "u8);
        writer.Write(16);
        writer.Write((short)1);
        writer.Write(channels);
        writer.Write(8000);
        writer.Write(16000);
        writer.Write((short)2);
        writer.Write(bits);
        writer.Write("data"u8);
        writer.Write(2 * samples);
        writer.Write(new byte[2 * samples]);
        return stream.ToArray();
    }
}
