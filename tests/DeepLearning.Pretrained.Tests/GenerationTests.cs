using DeepLearning.Layers;
using DeepLearning.Models;
using DeepLearning.Pretrained;
using DeepLearning.Tokenizers;
using DeepLearning.Tokenizers.Decoders;
using DeepLearning.Tokenizers.Models;
using DeepLearning.Tokenizers.PreTokenizers;

namespace DeepLearning.Tests.Pretrained;

public sealed class GenerationTests
{
    private static readonly GenerationOptions _greedy = new() { MaxNewTokens = 12 };

    public static TheoryData<string> Decoders => ["gpt2", "llama_plain", "llama_llama3", "llama_yarn", "mistral", "qwen3"];

    [Theory]
    [MemberData(nameof(Decoders))]
    public void Token_by_token_from_a_cache_is_the_full_pass(string name)
    {
        CausalLanguageModel model = PretrainedModel.Load<CausalLanguageModel>(Recorded.PathOf(name));
        ModelInputs inputs = Recorded.Inputs(name);
        using GradMode.Region none = GradMode.NoGrad();
        Tensor full = model.Forward(inputs).Logits!;
        int length = inputs.Tokens!.Size(1);
        foreach (int first in (int[])[1, 5])
        {
            KeyValueCache cache = model.NewCache();
            for (int at = 0, size = first; at < length; at += size, size = 1)
            {
                Tensor mask = inputs.Mask!.Narrow(1, 0, at + size);
                Tensor logits = model.Forward(inputs.Tokens.Narrow(1, at, size), cache, mask);
                Tensor isThere = inputs.Mask.Narrow(1, at, size).Unsqueeze(2);
                Tensor difference = Tensor.Where(isThere, (logits - full.Narrow(1, at, size)).Abs(), Tensor.ZerosLike(logits));
                Assert.True(difference.Max().Item<float>() < 2e-5, $"{at}: {difference.Max().Item<float>()}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Decoders))]
    public void A_batch_of_texts_of_several_lengths_is_each_text_alone(string name)
    {
        CausalLanguageModel model = PretrainedModel.Load<CausalLanguageModel>(Recorded.PathOf(name));
        int[][] prompts = [[5, 6, 7, 8, 9, 10, 11], [12], [3, 4, 5]];
        IReadOnlyList<int[]> together = model.Generate(prompts, _greedy);
        for (int i = 0; i < prompts.Length; i++)
        {
            // The likeliest by the full pass, each time anew.
            List<int> text = [.. prompts[i]];
            for (int step = 0; step < _greedy.MaxNewTokens; step++)
            {
                using GradMode.Region none = GradMode.NoGrad();
                Tensor logits = model.Forward(Tensor.From([.. text.Select(static t => (long)t)], 1, text.Count)).Logits!;
                text.Add((int)logits[0, -1].ArgMax().Item<long>());
            }

            Assert.Equal(text.Skip(prompts[i].Length), together[i]);
            Assert.Equal(together[i], model.GenerateTokens(prompts[i], _greedy));
        }
    }

    [Theory]
    [InlineData("t5_plain")]
    [InlineData("t5_gated")]
    public void A_text_is_written_from_one_that_is_read(string name)
    {
        T5Model model = PretrainedModel.Load<T5Model>(Recorded.PathOf(name));
        ModelInputs inputs = Recorded.Inputs(name);
        IReadOnlyList<int[]> written = model.Generate(inputs.Tokens!, inputs.Mask, new() { MaxNewTokens = 8 });
        for (int row = 0; row < written.Count; row++)
        {
            List<long> text = [model.StartToken];
            for (int step = 0; step < 8; step++)
            {
                using GradMode.Region none = GradMode.NoGrad();
                ModelOutput output = model.Forward(new()
                {
                    Tokens = inputs.Tokens![row..(row + 1)],
                    Mask = inputs.Mask![row..(row + 1)],
                    DecoderTokens = Tensor.From([.. text], 1, text.Count),
                });
                text.Add(output.Logits![0, -1].ArgMax().Item<long>());
            }

            Assert.Equal(text.Skip(1).Select(static x => (int)x), written[row]);
        }

        int stop = written[0][3];
        int at = Array.IndexOf(written[0], stop);
        Assert.Equal(written[0][..at], model.Generate(inputs.Tokens!, inputs.Mask, new() { MaxNewTokens = 8, StopTokens = [stop] })[0]);
    }

    [Fact]
    public void Tokens_are_drawn_as_the_options_say()
    {
        Span<float> logits = [0, 2, 1, 2, -1];
        List<int> none = [];

        // Of equal logits the first; penalized, the next.
        Assert.Equal(1, new TokenChoice(new()).Next([.. logits], none));
        Assert.Equal(3, new TokenChoice(new() { RepetitionPenalty = 2 }).Next([.. logits], [1]));
        Assert.Equal(0, new TokenChoice(new() { RepetitionPenalty = 3 }).Next([0.1f, -1, -0.5f], [1, 2, 7]));

        // exp(2) twice, exp(1), 1, exp(−1): 7.39, 7.39, 2.72, 1, 0.37 of 18.86.
        double[] all = Frequencies(new() { Sample = true });
        double[] expected = [1 / 18.86, 7.39 / 18.86, 2.72 / 18.86, 7.39 / 18.86, 0.37 / 18.86];
        Assert.All(expected.Zip(all), static pair => Assert.Equal(pair.First, pair.Second, 0.03));
        double[] two = Frequencies(new() { Sample = true, TopK = 2 });
        Assert.Equal([0, 0, 0], [two[0], two[2], two[4]]);
        Assert.Equal(0.5, two[1], 0.03);

        // 0.78 is reached by two, 0.79 by three.
        Assert.Equal(0, Frequencies(new() { Sample = true, TopP = 0.78 })[2]);
        Assert.True(Frequencies(new() { Sample = true, TopP = 0.79 })[2] > 0.1);
        Assert.Equal(0, Frequencies(new() { Sample = true, TopP = 0.79 })[0]);
        Assert.Equal(1, Frequencies(new() { Sample = true, TopK = 1 })[1], 1e-9);
        Assert.True(Frequencies(new() { Sample = true, Temperature = 10 })[4] > 0.14);
        Assert.True(Frequencies(new() { Sample = true, Temperature = 0.1 })[2] < 0.001);
        Assert.Throws<InvalidOperationException>(static () => new TokenChoice(new()).Next([1, float.NaN], []));

        static double[] Frequencies(GenerationOptions options)
        {
            TokenChoice choice = new(options with { Generator = new Generator(5) });
            double[] counts = new double[5];
            for (int i = 0; i < 2000; i++)
            {
                counts[choice.Next([0, 2, 1, 2, -1], [])] += 1.0 / 2000;
            }

            return counts;
        }
    }

    [Fact]
    public async Task A_stream_never_splits_a_character_and_ends_at_stop_texts()
    {
        // Bytes as tokens: every character beyond ASCII is several.
        Tokenizer tokenizer = Bytes();
        string text = "aé世🙂 stop!";
        TextPieces pieces = new(tokenizer, []);
        List<string> given = [.. tokenizer.Encode(text).Ids.Select(pieces.Add), pieces.Rest()];
        Assert.Equal(text, string.Concat(given));
        Assert.All(given, static piece => Assert.DoesNotContain('\uFFFD', piece));
        Assert.Equal(["a", "é", "世", "🙂"], given.Where(static piece => piece.Length > 0).Take(4));

        // A long text, through the window.
        string many = string.Concat(Enumerable.Range(0, 80).Select(static i => $"é{i} 🙂"));
        TextPieces longer = new(tokenizer, []);
        Assert.Equal(many, string.Concat(tokenizer.Encode(many).Ids.Select(longer.Add)) + longer.Rest());

        TextPieces stopped = new(tokenizer, ["stop", "never"]);
        string before = "";
        foreach (int id in tokenizer.Encode("a st no, a stop, and more").Ids)
        {
            before += stopped.Add(id);
            if (stopped.HasEnded)
            {
                break;
            }
        }

        Assert.Equal("a st no, a ", before + stopped.Rest());

        // Half a character at the end is shown as what it is.
        TextPieces broken = new(tokenizer, []);
        Assert.Equal("", broken.Add(0xE4));
        Assert.Equal("\uFFFD", broken.Rest());

        string config =
            File.ReadAllText(Path.Combine(Recorded.PathOf("llama_plain"), "config.json")).Replace("41", "256", StringComparison.Ordinal);
        CausalLanguageModel model =
            ((CausalLanguageModel)PretrainedModel.FromConfig(config, new() { Generator = new Generator(2) })).Eval();
        model.Tokenizer = tokenizer;
        GenerationOptions options = new() { MaxNewTokens = 40, Sample = true, Temperature = 0.7 };
        string streamed = "";
        await foreach (string piece in model.StreamAsync("hello", options with { Generator = new Generator(9) }))
        {
            streamed += piece;
        }

        Assert.Equal(model.GenerateText("hello", options with { Generator = new Generator(9) }), streamed);
        using CancellationTokenSource cancel = new();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (string piece in model.StreamAsync("hello", options with { MaxNewTokens = 1000, Generator = new Generator(1) },
                cancel.Token))
            {
                await cancel.CancelAsync();
            }
        });
    }

    [Fact]
    public void What_cannot_be_gone_on_with_is_refused()
    {
        CausalLanguageModel model = PretrainedModel.Load<CausalLanguageModel>(Recorded.PathOf("gpt2"));
        Assert.Empty(model.Generate([], _greedy));
        Assert.Equal([0], model.Generate([[5]], new() { MaxNewTokens = 0 }).Select(static x => x.Length));
        Assert.Throws<ArgumentException>(() => model.Generate([[1], []], _greedy));
        Assert.Throws<IndexException>(() => model.Generate([[41]], _greedy));
        Assert.Throws<IndexException>(() => model.Generate([[-1]], _greedy));
        Assert.Throws<ArgumentOutOfRangeException>(() => model.Generate([[1]], new() { Temperature = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => model.Generate([[1]], new() { TopK = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => model.Generate([[1]], new() { TopP = double.NaN }));
        Assert.Contains("tokenizer", Assert.Throws<InvalidOperationException>(() => model.GenerateText("x")).Message,
            StringComparison.Ordinal);
        Assert.Contains("Eval()", Assert.Throws<InvalidOperationException>(() => model.DeepCopy().Train().Generate([[1]])).Message,
            StringComparison.Ordinal);

        // The model has 32 places: a text ends where they do, and no earlier.
        Assert.Equal(32, 3 + model.Generate([[1, 2, 3]], new() { MaxNewTokens = 100 })[0].Length - 1);
        Assert.Throws<IndexException>(() => model.Generate([Enumerable.Repeat(1, 33).ToArray()], _greedy).ToList() is var _
            ? model.Forward(Tensor.Zeros([1, 33], DType.Int64)) : null);
    }

    private static Tokenizer Bytes()
    {
        Dictionary<string, int> vocabulary = [];
        for (int value = 0; value < 256; value++)
        {
            // GPT-2's alphabet of bytes: printable ones are themselves, the others follow from 256 on.
            bool isItself = value is (>= 33 and <= 126) or (>= 161 and <= 172) or (>= 174 and <= 255);
            int others =
                Enumerable.Range(0, value).Count(static b => b is not ((>= 33 and <= 126) or (>= 161 and <= 172) or (>= 174 and <= 255)));
            vocabulary[((char)(isItself ? value : 256 + others)).ToString()] = value;
        }

        return new Tokenizer(new BpeModel(vocabulary, []))
        {
            PreTokenizer = new ByteLevel(addPrefixSpace: false, useRegex: false),
            Decoder = new ByteLevelDecoder(),
        };
    }
}
