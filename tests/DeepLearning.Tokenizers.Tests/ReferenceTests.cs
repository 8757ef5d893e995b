using System.Text.Json;
using DeepLearning.Tokenizers;
using DeepLearning.Tokenizers.Normalizers;

namespace DeepLearning.Tests.Tokenizers;

/// <summary>Equality with the reference over styles, components, truncation and padding; <c>Oracle/generate.mjs</c> records it.</summary>
public class ReferenceTests
{
    public static TheoryData<string> Styles =>
        [.. Directory.GetFiles(Fixture.Folder, "*.cases.json.gz").Select(static f =>
            Path.GetFileName(f)[..^".cases.json.gz".Length]).Order()];

    [Theory]
    [MemberData(nameof(Styles))]
    public void Every_style_gives_the_ids_tokens_places_and_texts_of_the_reference(string style)
    {
        var tokenizer = Tokenizer.FromFile(Fixture.PathOf(style + ".json"));
        var count = 0;
        foreach (var one in Fixture.Read(Fixture.PathOf(style + ".cases.json.gz")).GetProperty("cases").EnumerateArray())
        {
            var difference = Fixture.Difference(tokenizer, one);
            Assert.True(difference is null, $"{style}, {JsonSerializer.Serialize(one.GetProperty("text").GetString())}: {difference}");
            count++;
        }

        Assert.True(count > 100);
    }

    /// <summary>Ids alone come by a way of their own, and the second time from what was kept of the first.</summary>
    [Theory]
    [MemberData(nameof(Styles))]
    public void Ids_alone_are_those_of_whole_encodings(string style)
    {
        var tokenizer = Tokenizer.FromFile(Fixture.PathOf($"{style}.json"));
        var texts = Fixture.Read(Fixture.PathOf($"{style}.cases.json.gz")).GetProperty("cases").EnumerateArray()
            .Select(static one => one.GetProperty("text").GetString()!).ToList();
        texts.AddRange(
            ["", " ", "\n\t \r ", "a\u0301 \u0301b", "x\u0000y", "tail ", " head", "a\ud800b", new string('a', 200), "[SEP] a [CLS]b"]);
        texts.Add(string.Join(' ', texts));
        for (var time = 0; time < 2; time++)
        {
            foreach (var text in texts)
            {
                Assert.Equal(tokenizer.Encode(text, addSpecialTokens: false).Ids, tokenizer.EncodeToIds(text));
            }
        }
    }

    [Fact]
    public void Ids_alone_follow_the_parts_as_they_are_changed()
    {
        var tokenizer = Tokenizer.FromFile(Fixture.PathOf("bert-uncased.json"));
        const string Text = "The Gradient <x y> the gradient";
        var before = tokenizer.EncodeToIds(Text);
        tokenizer.Normalizer = new BertNormalizer(lowercase: false);
        Assert.Equal(tokenizer.Encode(Text, addSpecialTokens: false).Ids, tokenizer.EncodeToIds(Text));
        Assert.NotEqual(before, tokenizer.EncodeToIds(Text));
        tokenizer.AddTokens(new AddedToken("<x y>", Normalized: true));
        Assert.Equal(tokenizer.Encode(Text, addSpecialTokens: false).Ids, tokenizer.EncodeToIds(Text));
        tokenizer.AddTokens(new AddedToken("the", Special: true));
        Assert.Equal(tokenizer.Encode(Text, addSpecialTokens: false).Ids, tokenizer.EncodeToIds(Text));
    }

    [Theory]
    [MemberData(nameof(Styles))]
    public void What_was_read_is_written_whole(string style)
    {
        var json = File.ReadAllText(Fixture.PathOf(style + ".json"));
        var written = Tokenizer.FromJson(json).ToJson();
        Assert.True(JsonElement.DeepEquals(JsonDocument.Parse(json).RootElement, JsonDocument.Parse(written).RootElement), written[..400]);
        Assert.Equal(written, Tokenizer.FromJson(written).ToJson());
    }

    [Fact]
    public void Every_component_cuts_and_changes_as_the_reference_does()
    {
        var failures = new List<string>();
        var count = 0;
        foreach (var component in Fixture.Read(Fixture.PathOf("components.json.gz")).EnumerateArray())
        {
            var name = component.GetProperty("name").GetString();
            var tokenizer = Tokenizer.FromJson(component.GetProperty("json").GetRawText());
            foreach (var one in component.GetProperty("cases").EnumerateArray())
            {
                var text = one.GetProperty("text").GetString()!;
                var got = tokenizer.Encode(text, addSpecialTokens: false);
                var difference = Fixture.Compare("tokens", one.GetProperty("tokens").Strings(), got.Tokens)
                    ?? Fixture.Compare("offsets", one.GetProperty("offsets").Pairs(), Fixture.Places(got, text, null))
                    ?? Fixture.Compare("words", one.GetProperty("words").Ints(), got.WordIds.Nulls());
                if (difference is not null)
                {
                    failures.Add($"{name}, {JsonSerializer.Serialize(text)}: {difference}");
                }

                count++;
            }
        }

        Assert.True(failures.Count == 0, $"{failures.Count} of {count}\n{string.Join('\n', failures.Take(20))}");
        Assert.True(count > 1000);
    }

    [Fact]
    public void Truncation_overflow_and_padding_are_the_references()
    {
        var failures = new List<string>();
        foreach (var one in Fixture.Read(Fixture.PathOf("truncation.json")).EnumerateArray())
        {
            var difference = Truncated(one);
            if (difference is not null)
            {
                failures.Add(
                    $"{one.GetProperty("style")} {one.GetProperty("truncation")} {one.GetProperty("text")}: {difference}");
            }
        }

        Assert.True(failures.Count == 0, $"{failures.Count}\n{string.Join('\n', failures.Take(10))}");
    }

    [Fact]
    public void A_batch_is_its_texts_one_by_one_and_padded_together()
    {
        var tokenizer = Tokenizer.FromFile(Fixture.PathOf("bert-uncased.json"));
        var texts = Fixture.Read(Fixture.PathOf("bert-uncased.cases.json.gz")).GetProperty("cases").EnumerateArray()
            .Select(static one => one.GetProperty("text").GetString()!).ToArray();
        tokenizer.Padding = new PaddingOptions { PadId = 0 };
        var batch = tokenizer.EncodeBatch(texts);
        tokenizer.Padding = null;
        var longest = texts.Max(text => tokenizer.Encode(text).Length);
        for (var i = 0; i < texts.Length; i++)
        {
            var alone = tokenizer.Encode(texts[i]);
            Assert.Equal(longest, batch[i].Length);
            Assert.Equal(alone.Ids, batch[i].Ids.Take(alone.Length));
            Assert.Equal(alone.Length, batch[i].AttentionMask.Sum());
            Assert.All(batch[i].Ids.Skip(alone.Length), static id => Assert.Equal(0, id));
            Assert.Equal(tokenizer.Encode(texts[i], addSpecialTokens: false).Ids, tokenizer.EncodeToIds(texts[i]));
        }
    }

    /// <summary>Cases that <c>Oracle/fuzz.mjs</c> wrote with a fresh seed; the variable names their folder.</summary>
    [Fact]
    public void Fresh_random_texts_are_the_references_too()
    {
        var folder = Environment.GetEnvironmentVariable("TOKENIZER_CASES");
        foreach (var file in folder is null ? [] : Directory.GetFiles(folder, "*.cases.json.gz"))
        {
            var cases = Fixture.Read(file);
            var tokenizer = Tokenizer.FromFile(Path.Combine(folder!, cases.GetProperty("tokenizer").GetString()!));
            foreach (var one in cases.GetProperty("cases").EnumerateArray())
            {
                var difference = Fixture.Difference(tokenizer, one);
                Assert.True(difference is null,
                    $"{Path.GetFileName(file)}, {JsonSerializer.Serialize(one.GetProperty("text").GetString())}: {difference}");
            }
        }
    }

    private static string? Truncated(JsonElement one)
    {
        var json = Fixture.Read(Fixture.PathOf(one.GetProperty("style").GetString() + ".json"));
        var tokenizer = Tokenizer.FromJson(json.GetRawText()
            .Replace("\"truncation\":null", "\"truncation\":" + one.GetProperty("truncation").GetRawText(), StringComparison.Ordinal)
            .Replace("\"padding\":null", "\"padding\":" + one.GetProperty("padding").GetRawText(), StringComparison.Ordinal));
        var text = one.GetProperty("text").GetString()!;
        var pair = one.GetProperty("pair").GetString();
        var special = one.GetProperty("special").GetBoolean();
        TokenEncoding got;
        try
        {
            got = pair is null ? tokenizer.Encode(text, special) : tokenizer.Encode(text, pair, special);
        }
        catch (TokenizerException error)
        {
            return one.TryGetProperty("error", out _) ? null : error.Message;
        }

        if (one.TryGetProperty("error", out var expected))
        {
            return $"no error, where the reference says {expected}";
        }

        var overflow = one.GetProperty("overflow").EnumerateArray().ToArray();
        // Without a post-processor the reference takes all that is left of a pair for the first text.
        var sequences = tokenizer.PostProcessor is not null;
        return Same(one, got, text, pair, sequences)
            ?? Fixture.Compare("number of overflowing parts", [overflow.Length], [got.Overflowing.Count])
            ?? overflow.Select((part, i) =>
                Same(part, got.Overflowing[i], text, pair, sequences)).FirstOrDefault(static d => d is not null);
    }

    private static string? Same(JsonElement expected, TokenEncoding got, string text, string? pair, bool sequences) =>
        Fixture.Compare("ids", expected.GetProperty("ids").Ints(), got.Ids)
        ?? Fixture.Compare("sequences", !sequences ? got.SequenceIds.Nulls() : expected.GetProperty("sequences").Ints(),
            got.SequenceIds.Nulls())
        ?? Fixture.Compare("offsets", expected.GetProperty("offsets").Pairs(), Fixture.Places(got, text, pair))
        ?? Fixture.Compare("words", expected.GetProperty("words").Ints(), got.WordIds.Nulls())
        ?? Fixture.Compare("type ids", expected.GetProperty("type_ids").Ints(), got.TypeIds)
        ?? Fixture.Compare("special tokens mask", expected.GetProperty("mask").Ints(), got.SpecialTokensMask)
        ?? Fixture.Compare("attention mask", expected.GetProperty("attention").Ints(), got.AttentionMask);
}
