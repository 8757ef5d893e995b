using System.Text.Json.Nodes;
using DeepLearning.Formats;
using DeepLearning.Layers;
using DeepLearning.Pretrained;
using DeepLearning.Serialization;

namespace DeepLearning.Tests.Pretrained;

public sealed class GgufModelTests : IDisposable
{
    private static readonly (string Theirs, string Ours)[] _names =
    [
        ("self_attn.q_proj", "attn_q"), ("self_attn.k_proj", "attn_k"), ("self_attn.v_proj", "attn_v"), ("self_attn.o_proj", "attn_output"),
        ("self_attn.q_norm", "attn_q_norm"), ("self_attn.k_norm", "attn_k_norm"), ("input_layernorm", "attn_norm"),
        ("post_attention_layernorm", "ffn_norm"), ("mlp.gate_proj", "ffn_gate"), ("mlp.up_proj", "ffn_up"), ("mlp.down_proj", "ffn_down"),
        ("model.layers.", "blk."), ("model.embed_tokens", "token_embd"), ("model.norm", "output_norm"), ("lm_head", "output"),
    ];

    private readonly string _path = Path.Combine(Directory.CreateTempSubdirectory("deeplearning-gguf-").FullName, "model.gguf");

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(_path)!, true);

    [Theory]
    [InlineData("llama_plain", "llama")]
    [InlineData("llama_llama3", "llama")]
    [InlineData("llama_linear", "llama")]
    [InlineData("qwen3", "qwen3")]
    public void A_file_in_float32_gives_the_references_outputs(string name, string kind)
    {
        (Dictionary<string, Tensor> tensors, Dictionary<string, object> metadata) = Converted(name, kind);
        Gguf.Save(_path, tensors, metadata);
        LlamaModel model = GgufModels.Load(_path);
        Recorded.Check(name, model.Forward(Recorded.Inputs(name)));
        if (kind == "llama")
        {
            Assert.Contains("GGUF", Assert.Throws<InvalidOperationException>(() => model.SaveTo("nowhere")).Message,
                StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(GgufType.Q8_0, 0.05)]
    [InlineData(GgufType.Q4_0, 0.5)]
    public void Quantized_weights_are_computed_on_as_they_are(GgufType type, double tolerance)
    {
        string config = File.ReadAllText(Path.Combine(Recorded.PathOf("llama_plain"), "config.json"))
            .Replace("\"hidden_size\": 16", "\"hidden_size\": 64", StringComparison.Ordinal)
            .Replace("\"intermediate_size\": 24", "\"intermediate_size\": 96", StringComparison.Ordinal);
        JsonObject json = JsonNode.Parse(config)!.AsObject();
        json["initializer_range"] = 0.15;
        PretrainedModel plain = PretrainedModel.FromConfig(json.ToJsonString(), new() { Generator = new Generator(1) }).Eval();
        (Dictionary<string, Tensor> tensors, Dictionary<string, object> metadata) = Converted(
            plain.StateDict(), json, "llama");
        Gguf.Save(_path, tensors, metadata, (name, tensor) => tensor.Rank == 2 ? type : null);
        LlamaModel model = GgufModels.Load(_path);
        Projection[] maps = [.. model.Modules().OfType<Projection>()];
        Assert.All(maps, map => Assert.Equal(type.ToString(), map.Quantized!.Kind));
        Assert.Equal(15, maps.Length);
        Assert.DoesNotContain(model.NamedParameters(), static p => p.Parameter.Rank == 2);

        // Decoded in advance, the same but for the rounding of the inputs.
        Gguf.Save(_path + "2",
            tensors.ToDictionary(static t => t.Key, t => t.Value.Rank == 2 ? Gguf.Dequantize(Gguf.Quantize(t.Value, type), type)
            : t.Value), metadata);
        LlamaModel decoded = GgufModels.Load(_path + "2");
        using GradMode.Region none = GradMode.NoGrad();
        Tensor tokens = Recorded.Inputs("llama_plain").Tokens!;
        Tensor expected = decoded.Forward(tokens).Logits!, actual = model.Forward(tokens).Logits!;
        Assert.True(Error(expected, actual) < 0.05, $"{Error(expected, actual)}");
        Assert.InRange(Error(plain.Forward(tokens).Logits!, actual), 0, tolerance);
        Assert.Equal(12, model.Generate([[1, 2, 3]], new() { MaxNewTokens = 12 })[0].Length);

        // What stands before a quantized map gets its gradient.
        using GradMode.Region enabled = GradMode.EnableGrad();
        model.Forward(tokens).Logits!.Square().Mean().Backward();
        Assert.All(model.Parameters(), static p => Assert.NotNull(p.Grad));
    }

    [Fact]
    public void The_tokenizer_comes_with_the_file()
    {
        (Dictionary<string, Tensor> tensors, Dictionary<string, object> metadata) = Converted("llama_plain", "llama");
        string[] tokens = ["<s>", "a", "b", "c", "Ġ", "ab", "Ġc", .. Enumerable.Range(7, 34).Select(static i => $"<unused{i}>")];
        metadata["tokenizer.ggml.model"] = "gpt2";
        metadata["tokenizer.ggml.pre"] = "llama-bpe";
        metadata["tokenizer.ggml.tokens"] = tokens;
        metadata["tokenizer.ggml.merges"] = (string[])["a b", "Ġ c"];
        metadata["tokenizer.ggml.token_type"] = Enumerable.Range(0, 41).Select(static i => i is 0 or > 6 ? 3 : 1).ToArray();
        metadata["tokenizer.ggml.bos_token_id"] = 0u;
        metadata["tokenizer.ggml.add_bos_token"] = true;
        Gguf.Save(_path, tensors, metadata);
        LlamaModel model = GgufModels.Load(_path);
        Assert.Equal([0, 5, 6, 8, 1], model.Tokenizer!.Encode("ab c<unused8>a").Ids);
        Assert.Equal("ab ca", model.Tokenizer.Decode([0, 5, 6, 8, 1]));
        metadata["tokenizer.ggml.token_type"] = new int[3];
        Gguf.Save(_path, tensors, metadata);
        Assert.Contains("token_type", Assert.Throws<ModelFileException>(() => GgufModels.Load(_path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void So_does_one_of_SentencePiece()
    {
        (Dictionary<string, Tensor> tensors, Dictionary<string, object> metadata) = Converted("llama_plain", "llama");
        string[] tokens =
        [
            "<unk>", "<s>", "</s>", "<0xC3>", "<0xA9>", "▁", "a", "b", "ab", "▁ab", "▁a", "<turn>",
            .. Enumerable.Range(12, 29).Select(static i => $"piece{i}"),
        ];
        metadata["tokenizer.ggml.model"] = "llama";
        metadata["tokenizer.ggml.tokens"] = tokens;
        metadata["tokenizer.ggml.scores"] = Enumerable.Range(0, 41)
            .Select(static i => i switch { 8 => -1f, 9 => -2f, 10 => -3f, _ => -50f - i })
            .ToArray();
        metadata["tokenizer.ggml.token_type"] = Enumerable.Range(0, 41)
            .Select(static i => i switch { 0 => 2, 1 or 2 or 11 => 3, 3 or 4 => 6, _ => 1 })
            .ToArray();
        metadata["tokenizer.ggml.bos_token_id"] = 1u;
        Gguf.Save(_path, tensors, metadata);
        LlamaModel model = GgufModels.Load(_path);

        // a b merge before the space does; é has no piece and is two bytes.
        Assert.Equal([1, 9, 10, 3, 4], model.Tokenizer!.Encode("ab aé").Ids);
        Assert.Equal("ab aé", model.Tokenizer.Decode([1, 9, 10, 3, 4]));
        Assert.Contains(11, model.Tokenizer.Encode("ab<turn>a").Ids);
        metadata["tokenizer.ggml.add_bos_token"] = false;
        metadata["tokenizer.ggml.add_space_prefix"] = false;
        Gguf.Save(_path, tensors, metadata);
        Assert.Equal([8], GgufModels.Load(_path).Tokenizer!.Encode("ab").Ids);
        metadata["tokenizer.ggml.scores"] = new float[3];
        Gguf.Save(_path, tensors, metadata);
        Assert.Contains("scores", Assert.Throws<ModelFileException>(() => GgufModels.Load(_path)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("general.architecture", "falcon", "falcon")]
    [InlineData("llama.expert_count", 8u, "experts")]
    [InlineData("llama.block_count", 0u, "block_count")]
    [InlineData("llama.block_count", 4000000000u, "num_hidden_layers")]
    [InlineData("llama.block_count", 200000000u, "model.layers.2")]
    [InlineData("llama.embedding_length", 100000000u, "embed_tokens")]
    [InlineData("llama.rope.dimension_count", 2u, "dimension_count")]
    [InlineData("llama.rope.scaling.type", "longrope", "longrope")]
    [InlineData("llama.attention.value_length", 8u, "value_length")]
    [InlineData("llama.attention.head_count", "four", "head_count")]
    [InlineData("llama.attention.sliding_window", 8u, "sliding_window")]
    public void What_is_not_supported_is_named(string key, object value, string expected)
    {
        (Dictionary<string, Tensor> tensors, Dictionary<string, object> metadata) = Converted("llama_plain", "llama");
        metadata[key] = value;
        Gguf.Save(_path, tensors, metadata);
        Exception error = Assert.ThrowsAny<Exception>(() => GgufModels.Load(_path));
        Assert.True(error is ModelFileException or StateDictException, error.ToString());
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    private static double Error(Tensor expected, Tensor actual) =>
        (expected - actual).Norm().Item<double>() / expected.Norm().Item<double>();

    private static (Dictionary<string, Tensor> Tensors, Dictionary<string, object> Metadata) Converted(string name, string kind) =>
        Converted(
        Safetensors.Load(Path.Combine(Recorded.PathOf(name), "model.safetensors")),
        JsonNode.Parse(File.ReadAllText(Path.Combine(Recorded.PathOf(name), "config.json")))!.AsObject(), kind);

    /// <summary>The tensors as llama.cpp's converter names and orders them, and what it says about them.</summary>
    private static (Dictionary<string, Tensor> Tensors, Dictionary<string, object> Metadata) Converted(
        IReadOnlyDictionary<string, Tensor> state, JsonObject config, string kind)
    {
        uint heads = (uint)config["num_attention_heads"]!, kvHeads = (uint)config["num_key_value_heads"]!,
            width = (uint)config["hidden_size"]!;
        uint headWidth = (uint?)config["head_dim"] ?? (width / heads);
        Dictionary<string, Tensor> tensors = [];
        foreach ((string theirs, Tensor tensor) in state)
        {
            if (theirs == "lm_head.weight" && (bool)config["tie_word_embeddings"]!)
            {
                continue;
            }

            string name = _names.Aggregate(theirs, static (text, pair) => text.Replace(pair.Theirs, pair.Ours, StringComparison.Ordinal));
            bool isTurned = kind == "llama"
                && (name.Contains("attn_q.", StringComparison.Ordinal) || name.Contains("attn_k.", StringComparison.Ordinal));
            int count = (int)(name.Contains("attn_q.", StringComparison.Ordinal) ? heads : kvHeads);

            // Numbers that turn together become neighbors.
            tensors[name] = isTurned ? tensor.Reshape(count, 2, (int)headWidth / 2, -1).Transpose(1, 2).Reshape(tensor.Shape.ToArray())
                : tensor;
        }

        Dictionary<string, object> metadata = new()
        {
            ["general.architecture"] = kind,
            [$"{kind}.block_count"] = (uint)config["num_hidden_layers"]!,
            [$"{kind}.context_length"] = (uint)config["max_position_embeddings"]!,
            [$"{kind}.embedding_length"] = width,
            [$"{kind}.feed_forward_length"] = (uint)config["intermediate_size"]!,
            [$"{kind}.attention.head_count"] = heads,
            [$"{kind}.attention.head_count_kv"] = kvHeads,
            [$"{kind}.attention.key_length"] = headWidth,
            [$"{kind}.attention.value_length"] = headWidth,
            [$"{kind}.attention.layer_norm_rms_epsilon"] = 1e-6f,
            [$"{kind}.rope.freq_base"] = (float)config["rope_theta"]!,
            [$"{kind}.rope.dimension_count"] = headWidth,
            ["tokenizer.ggml.eos_token_id"] = 2u,
        };
        if (config["rope_scaling"] is JsonObject scaling)
        {
            if ((string?)scaling["rope_type"] == "linear")
            {
                metadata[$"{kind}.rope.scaling.type"] = "linear";
                metadata[$"{kind}.rope.scaling.factor"] = (float)scaling["factor"]!;
            }
            else
            {
                // Llama 3.1's scaling is a tensor of divisors there.
                double theta = (double)config["rope_theta"]!, old = 32, low = 1, high = 4, factor = 8;
                tensors["rope_freqs.weight"] = Tensor.From([.. Enumerable.Range(0, (int)headWidth / 2).Select(i =>
                {
                    double length = 2 * Math.PI * Math.Pow(theta, 2.0 * i / headWidth), smooth = ((old / length) - low) / (high - low);
                    return (float)(length < old / high ? 1 : length > old / low ? factor : 1 / (((1 - smooth) / factor) + smooth));
                })]);
            }
        }

        return (tensors, metadata);
    }
}
