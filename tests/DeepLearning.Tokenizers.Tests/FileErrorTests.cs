using System.Text;
using DeepLearning.Tokenizers;

namespace DeepLearning.Tests.Tokenizers;

public class FileErrorTests
{
    private const string Base = """{"version":"1.0","added_tokens":[],"model":{"type":"WordLevel","vocab":{"a":0},"unk_token":"a"}ADD}""";

    [Theory]
    [InlineData(""","normalizer":{"type":"Nothing"}""", "$.normalizer", "Nothing")]
    [InlineData(""","normalizer":{"type":"NFC","extra":1}""", "$.normalizer.extra", "unknown")]
    [InlineData(""","normalizer":{"type":"Sequence","normalizers":[{"type":"NFC"},{"type":"Strip"}]}""",
        "$.normalizer.normalizers[1].strip_left", "missing")]
    [InlineData(""","normalizer":{"type":"Precompiled","precompiled_charsmap":"!"}""", "precompiled_charsmap", "base64")]
    [InlineData(""","normalizer":{"type":"Precompiled","precompiled_charsmap":"////fw=="}""",
        "Precompiled map", "an array of 2147483647 bytes")]
    [InlineData(""","pre_tokenizer":{"type":"Split","pattern":{"Regex":"(a"},"behavior":"Isolated","invert":false}""",
        "Pattern '(a'", "missing")]
    [InlineData(""","pre_tokenizer":{"type":"Split","pattern":{"Regex":"(a)\\1"},"behavior":"Isolated","invert":false}""",
        "\\1", "not supported")]
    [InlineData(""","pre_tokenizer":{"type":"Split","pattern":{"Regex":"((a{1000}){1000}){1000}"},"behavior":"Isolated","invert":false}""",
        "Pattern", "20000 steps")]
    [InlineData(""","pre_tokenizer":{"type":"Split","pattern":{"Regex":"\\p{Nonsense}"},"behavior":"Isolated","invert":false}""",
        "Nonsense", "unknown")]
    [InlineData(""","pre_tokenizer":{"type":"Split","pattern":{"String":"a"},"behavior":"Sideways","invert":false}""",
        "$.pre_tokenizer.behavior", "MergedWithNext")]
    [InlineData(""","pre_tokenizer":{"type":"Metaspace","replacement":"ab"}""", "replacement", "one character")]
    [InlineData(""","post_processor":{"type":"BertProcessing","sep":["x"],"cls":["y",1]}""", "$.post_processor.sep", "its id")]
    [InlineData(
        """
        ,"post_processor":{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"[X]","type_id":0}}],"pair":[],
        "special_tokens":{}}
        """,
        "[X]", "not among")]
    [InlineData(""","decoder":{"type":"Strip","content":" ","start":-1,"stop":0}""", "$.decoder.start", "from 0 on")]
    [InlineData(""","truncation":{"max_length":5,"strategy":"Wild","stride":0}""", "$.truncation.strategy", "LongestFirst")]
    [InlineData(""","wrong":1""", "$.wrong", "unknown")]
    [InlineData(""","added_tokens":[{"content":"\ud800"}]""", "tokenizer.json", "")]
    public void What_is_wrong_in_a_file_is_named(string add, string place, string what)
    {
        var error = Assert.Throws<TokenizerException>(() => Tokenizer.FromJson(Base.Replace("ADD", add, StringComparison.Ordinal)));
        Assert.Contains(place, error.Message, StringComparison.Ordinal);
        Assert.Contains(what, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"version":"2.0","model":{}}""", "2.0")]
    [InlineData("""{"model":{"type":"Markov"}}""", "Markov")]
    [InlineData("""{"model":{"type":"BPE","vocab":{"a":0},"merges":["a b"]}}""", "'b'")]
    [InlineData("""{"model":{"type":"BPE","vocab":{"a":0},"merges":["ab"]}}""", "$.model.merges[0]")]
    [InlineData("""{"model":{"type":"BPE","vocab":{"a":-1},"merges":[]}}""", "$.model.vocab")]
    [InlineData("""{"model":{"type":"BPE","vocab":{},"merges":[],"dropout":2}}""", "dropout")]
    [InlineData("""{"model":{"type":"Unigram","vocab":[["a",0.0]],"unk_id":1}}""", "unknown id 1")]
    [InlineData("""{"model":{"type":"Unigram","vocab":[["a"]],"unk_id":0}}""", "$.model.vocab[0]")]
    [InlineData("[]", "an object")]
    [InlineData("{", "line 1")]
    [InlineData("", "line 1")]
    public void A_wrong_model_is_named(string json, string what) =>
        Assert.Contains(what, Assert.Throws<TokenizerException>(() => Tokenizer.FromJson(json)).Message, StringComparison.Ordinal);

    [Fact]
    public void Mutated_files_fail_by_name_or_work() => Mutate(150);

    [Fact]
    [Trait("Category", "Slow")]
    public void Many_mutated_files_fail_by_name_or_work() => Mutate(20_000);

    private static void Mutate(int count)
    {
        var random = new Random(5);
        var files = Directory.GetFiles(Fixture.Folder, "*.json").Where(static f => !f.Contains(".cases", StringComparison.Ordinal)
            && !f.Contains(".spm", StringComparison.Ordinal)
                && new FileInfo(f).Length < 60_000).Order().Select(File.ReadAllBytes).ToArray();
        for (var i = 0; i < count; i++)
        {
            var bytes = (byte[])files[i % files.Length].Clone();
            for (var n = random.Next(1, 4); n > 0; n--)
            {
                // Most of a file is vocabulary: what comes before it is where the parts are.
                var at = random.Next(random.Next(2) == 0 ? bytes.Length : Math.Min(bytes.Length, 1500));
                bytes[at] = random.Next(3) switch
                {
                    0 => (byte)random.Next(256),
                    1 => (byte)"{}[]\",:0-9ea"[random.Next(12)],
                    _ => bytes[random.Next(bytes.Length)],
                };
            }

            var before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                var tokenizer = Tokenizer.FromJson(Encoding.UTF8.GetString(bytes));
                tokenizer.Decode(tokenizer.Encode("Hello the world 12 é 😀 <s>").Ids);
            }
            catch (TokenizerException)
            {
            }

            Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 50_000_000 + (bytes.Length * 400L));
        }
    }
}
