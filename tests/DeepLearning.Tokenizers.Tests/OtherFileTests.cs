using System.Text;
using System.Text.Json;
using DeepLearning.Tokenizers;

namespace DeepLearning.Tests.Tokenizers;

/// <summary>tiktoken and SentencePiece files against the originals.</summary>
public class OtherFileTests
{
    public static TheoryData<string> SentencePieces => ["spm-unigram", "spm-bytes", "spm-bpe", "spm-nmt"];

    [Fact]
    public void A_tiktoken_file_gives_the_ids_of_tiktoken()
    {
        foreach (var recorded in Fixture.Read(Fixture.PathOf("tiktoken.json.gz")).EnumerateArray())
        {
            var encoding = new TiktokenEncoding(recorded.GetProperty("pattern").GetString()!,
                new Dictionary<string, int> { ["<|endoftext|>"] = recorded.GetProperty("special").GetInt32() });
            var tokenizer = Tokenizer.FromTiktoken(Fixture.PathOf("small.tiktoken"), encoding);
            var again = Tokenizer.FromJson(tokenizer.ToJson());
            foreach (var one in recorded.GetProperty("cases").EnumerateArray())
            {
                var text = one.GetProperty("text").GetString()!;
                var difference = Fixture.Compare("ids", one.GetProperty("ids").Ints(), tokenizer.EncodeToIds(text))
                    ?? Fixture.Compare("ids after writing", one.GetProperty("ids").Ints(), again.EncodeToIds(text));
                Assert.True(difference is null, $"{encoding.Pattern[..20]}, {JsonSerializer.Serialize(text)}: {difference}");
                Assert.Equal(text, tokenizer.Decode(tokenizer.EncodeToIds(text), skipSpecialTokens: false));
            }
        }
    }

    [Theory]
    [MemberData(nameof(SentencePieces))]
    public void A_SentencePiece_file_gives_the_ids_places_and_texts_of_SentencePiece(string model)
    {
        var tokenizer = Tokenizer.FromSentencePiece(Fixture.PathOf(model + ".model"));
        var failures = new List<string>();
        var cases = Fixture.Read(Fixture.PathOf(model + ".spm.json.gz")).GetProperty("cases").EnumerateArray().ToArray();
        foreach (var one in cases)
        {
            var text = one.GetProperty("text").GetString()!;
            var got = tokenizer.Encode(text);
            var places = one.GetProperty("offsets").Pairs();
            var tokens = one.GetProperty("tokens").Strings();
            var own = Fixture.Places(got, text, null);
            for (var i = 0; i < Math.Min(own.Length, places.Length); i++)
            {
                // SentencePiece gives the last byte its character's place, and the others an empty one; here each has it.
                if (tokens[i].StartsWith("<0x", StringComparison.Ordinal) && places[i].Start == places[i].End
                    && own[i].Start == places[i].Start)
                {
                    own[i] = places[i];
                }
            }

            var difference = Fixture.Compare("ids", one.GetProperty("ids").Ints(), got.Ids)
                ?? Fixture.Compare("offsets", places, own)
                ?? Fixture.Compare("text", [one.GetProperty("decoded").GetString()!], [tokenizer.Decode(got.Ids)]);
            if (difference is not null)
            {
                failures.Add($"{JsonSerializer.Serialize(text)}: {difference}");
            }
        }

        Assert.True(failures.Count == 0, $"{failures.Count} of {cases.Length}\n{string.Join('\n', failures.Take(8))}");
    }

    [Fact]
    public void Beginning_and_end_are_added_to_SentencePiece_where_they_are_asked_for()
    {
        var plain = Tokenizer.FromSentencePiece(Fixture.PathOf("spm-bpe.model")).Encode("Hello").Ids;
        var framed = Tokenizer.FromSentencePiece(Fixture.PathOf("spm-bpe.model"), addBeginning: true, addEnd: true).Encode("Hello").Ids;
        Assert.Equal([1, .. plain, 2], framed);
    }

    [Theory]
    [InlineData("IQ==\n", "line 1")]
    [InlineData("IQ== 0\nIg== 0\n", "line 2")]
    [InlineData("IQ== 0\n!! 1\n", "line 2")]
    [InlineData("IQ== 0\n", "no token")]
    public void A_wrong_tiktoken_file_is_named(string text, string what)
    {
        var path = Path.GetTempFileName();
        File.WriteAllText(path, text);
        var error = Assert.Throws<TokenizerException>(() => Tokenizer.FromTiktoken(path, TiktokenEncoding.Gpt2));
        Assert.Contains(what, error.Message, StringComparison.Ordinal);
        File.Delete(path);
    }

    [Fact]
    public void Mutated_SentencePiece_and_tiktoken_files_fail_by_name_or_work()
    {
        var random = new Random(6);
        var path = Path.GetTempFileName();
        foreach (var name in (string[])["spm-bpe.model", "spm-unigram.model", "small.tiktoken"])
        {
            var original = File.ReadAllBytes(Fixture.PathOf(name));
            for (var i = 0; i < 30; i++)
            {
                var bytes = random.Next(4) == 0 ? original[..random.Next(original.Length)] : (byte[])original.Clone();
                for (var n = random.Next(4); n > 0 && bytes.Length > 0; n--)
                {
                    bytes[random.Next(random.Next(2) == 0 ? bytes.Length : Math.Min(200, bytes.Length))] = (byte)random.Next(256);
                }

                File.WriteAllBytes(path, bytes);
                try
                {
                    var tokenizer = name.EndsWith("tiktoken", StringComparison.Ordinal)
                        ? Tokenizer.FromTiktoken(path, TiktokenEncoding.Gpt2)
                        : Tokenizer.FromSentencePiece(path);
                    tokenizer.Decode(tokenizer.Encode("Hello the world é 😀  12").Ids);
                }
                catch (TokenizerException)
                {
                }
            }
        }

        File.Delete(path);
    }

    [Fact]
    public void What_belongs_to_a_SentencePiece_file_is_refused_by_name_when_written()
    {
        var error = Assert.Throws<TokenizerException>(() => Tokenizer.FromSentencePiece(Fixture.PathOf("spm-unigram.model")).ToJson());
        Assert.Contains("SentencePieceNormalizer", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [Trait("Category", "Slow")]
    [InlineData("gpt2")]
    [InlineData("llama")]
    [InlineData("t5")]
    [InlineData("bert-uncased")]
    public void A_megabyte_without_a_space_takes_seconds_at_most(string style)
    {
        var tokenizer = Tokenizer.FromFile(Fixture.PathOf(style + ".json"));
        var random = new Random(1);
        var text = new StringBuilder();
        while (text.Length < 1_000_000)
        {
            text.Append((char)('a' + random.Next(26)));
        }

        var watch = System.Diagnostics.Stopwatch.StartNew();
        Assert.NotEmpty(tokenizer.Encode(text.ToString()).Ids);
        Assert.NotEmpty(tokenizer.EncodeToIds(new string(' ', 1_000_000) + "x"));
        Assert.NotEmpty(tokenizer.EncodeToIds(string.Concat(Enumerable.Repeat("e\u0301\u0316", 100_000))));
        Assert.True(watch.Elapsed.TotalSeconds < 30, $"{watch.Elapsed}");
    }

    [Fact]
    public void A_hostile_pattern_stops_by_name()
    {
        const string Split = """{"type":"Split","pattern":{"Regex":"(?:a+)+b"},"behavior":"Isolated","invert":false}""";
        var json = """{"model":{"type":"WordLevel","vocab":{"a":0},"unk_token":"a"},"pre_tokenizer":""" + Split + "}";
        var error = Assert.Throws<TokenizerException>(() => Tokenizer.FromJson(json).Encode(new string('a', 5000)));
        Assert.Contains("too many ways", error.Message, StringComparison.Ordinal);
    }
}
