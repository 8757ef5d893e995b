using System.Text.Json.Nodes;
using DeepLearning.Formats;
using DeepLearning.Layers;
using DeepLearning.Pretrained;
using DeepLearning.Serialization;

namespace DeepLearning.Tests.Pretrained;

public sealed class HostileFilesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("deeplearning-hostile-").FullName;

    public void Dispose() => Directory.Delete(_folder, true);

    [Theory]
    [InlineData("vocab_size", "268435456", "word_embeddings")]
    [InlineData("hidden_size", "200000000", "word_embeddings")]
    [InlineData("intermediate_size", "268435456", "intermediate.dense")]
    [InlineData("max_position_embeddings", "268435456", "position_embeddings")]
    [InlineData("num_hidden_layers", "268435456", "encoder.layer.2.attention")]
    [InlineData("num_hidden_layers", "1", "encoder.layer.1.")]
    [InlineData("hidden_size", "1e12", "hidden_size")]
    [InlineData("vocab_size", "-3", "vocab_size")]
    [InlineData("vocab_size", "\"many\"", "vocab_size")]
    [InlineData("num_attention_heads", "3", "num_attention_heads")]
    [InlineData("layer_norm_eps", "0", "layer_norm_eps")]
    [InlineData("hidden_dropout_prob", "1.5", "hidden_dropout_prob")]
    [InlineData("hidden_act", "\"snake\"", "snake")]
    [InlineData("position_embedding_type", "\"relative_key\"", "relative_key")]
    [InlineData("is_decoder", "true", "is_decoder")]
    [InlineData("rotary_value", "true", "rotary_value")]
    [InlineData("quantization_config", "{\"bits\": 4}", "quantization_config")]
    [InlineData("model_type", "\"mamba\"", "mamba")]
    [InlineData("architectures", "[\"BertForMultipleChoice\"]", "BertForMultipleChoice")]
    [InlineData("architectures", "[\"GPT2LMHeadModel\"]", "GPT2LMHeadModel")]
    [InlineData("architectures", "[3]", "architectures")]
    public void A_configuration_that_asks_for_more_or_else_is_refused_by_name_before_memory_is_taken(string key, string value,
        string expected)
    {
        Recorded.Copy("bert_model", _folder);
        Set(key, value);
        long before = GC.GetTotalAllocatedBytes(precise: true);
        Exception error = Assert.ThrowsAny<Exception>(() => PretrainedModel.Load(_folder));
        long taken = GC.GetTotalAllocatedBytes(precise: true) - before;
        Assert.True(error is ModelFileException or StateDictException, error.ToString());
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.True(taken < 10_000_000, $"{taken} bytes");
    }

    [Theory]
    [InlineData("llama_plain", "rope_scaling", "{\"rope_type\": \"spiral\", \"factor\": 2}", "spiral")]
    [InlineData("llama_plain", "rope_scaling", "{\"rope_type\": \"linear\", \"factor\": 0.5}", "factor")]
    [InlineData("llama_plain", "rope_scaling", "{\"rope_type\": \"linear\", \"factor\": 2, \"twist\": 1}", "twist")]
    [InlineData("llama_plain", "num_key_value_heads", "3", "num_key_value_heads")]
    [InlineData("qwen3", "layer_types", "[\"full_attention\", \"sliding_attention\"]", "layer_types")]
    [InlineData("gpt2", "scale_attn_by_inverse_layer_idx", "true", "scale_attn_by_inverse_layer_idx")]
    [InlineData("t5_plain", "feed_forward_proj", "\"gated-snake\"", "gated-snake")]
    [InlineData("vit", "patch_size", "3", "patch_size")]
    [InlineData("resnet_basic", "depths", "[2]", "depths")]
    [InlineData("resnet_basic", "depths", "[2, 5000]", "depths")]
    [InlineData("resnet_basic", "layer_type", "\"wide\"", "layer_type")]
    [InlineData("clip", "text_config", "{\"hidden_size\": 12, \"num_attention_heads\": 3, \"spin\": 1}", "spin")]
    public void So_are_those_of_other_families(string name, string key, string value, string expected)
    {
        Recorded.Copy(name, _folder);
        Set(key, value);
        Assert.Contains(expected, Assert.Throws<ModelFileException>(() => PretrainedModel.Load(_folder)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{\"model_type\": \"bert\", \"model_type\": \"bert\"}")]
    [InlineData("{\"model_type\": \"bert\"")]
    [InlineData("{}")]
    public void A_configuration_that_is_none_is_refused(string text)
    {
        Recorded.Copy("bert_model", _folder);
        File.WriteAllText(Path.Combine(_folder, "config.json"), text);
        Assert.Throws<ModelFileException>(() => PretrainedModel.Load(_folder));
    }

    [Fact]
    public void Missing_extra_and_misshapen_tensors_are_named_together()
    {
        Recorded.Copy("bert_model", _folder);
        string path = Path.Combine(_folder, "model.safetensors");
        OrderedDictionary<string, Tensor> tensors = Safetensors.Load(path);
        tensors.Remove("encoder.layer.1.output.dense.bias");
        tensors["pooler.dense.weight"] = Tensor.Zeros(16, 15);
        Safetensors.Save(path, tensors);
        string message = Assert.Throws<StateDictException>(() => PretrainedModel.Load(_folder)).Message;
        Assert.Contains("encoder.layer.1.output.dense.bias [16] is missing", message, StringComparison.Ordinal);
        Assert.Contains("pooler.dense.weight is [16, 15] in the file, and the configuration asks for [16, 16]", message,
            StringComparison.Ordinal);

        Recorded.Copy("bert_model", _folder);
        tensors = Safetensors.Load(path);
        tensors["encoder.layer.9.strange"] = Tensor.Zeros(2);
        Safetensors.Save(path, tensors);
        Assert.Contains("encoder.layer.9.strange", Assert.Throws<StateDictException>(() => PretrainedModel.Load(_folder)).Message,
            StringComparison.Ordinal);
        Assert.Equal(["encoder.layer.9.strange"], PretrainedModel.Load(_folder, new() { IgnoredTensors = ["*strange"] }).PassedOver);
    }

    [Theory]
    [InlineData("model.safetensors.index.json", "../evil.safetensors")]
    [InlineData("model.safetensors.index.json", "/etc/passwd")]
    [InlineData("pytorch_model.bin.index.json", "sub/../../evil.bin")]
    public void An_index_does_not_lead_out_of_its_folder(string index, string file)
    {
        File.Copy(Path.Combine(Recorded.PathOf("bert_model"), "config.json"), Path.Combine(_folder, "config.json"));
        File.WriteAllText(Path.Combine(_folder, index), $$$"""{"weight_map": {"a": "{{{file}}}"}}""");
        Assert.Contains("none in its folder", Assert.Throws<ModelFileException>(() => PretrainedModel.Load(_folder)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_files_are_named()
    {
        Assert.Contains("config.json", Assert.Throws<FileNotFoundException>(() => PretrainedModel.Load(_folder)).Message,
            StringComparison.Ordinal);
        File.Copy(Path.Combine(Recorded.PathOf("bert_model"), "config.json"), Path.Combine(_folder, "config.json"));
        Assert.Contains("model.safetensors", Assert.Throws<FileNotFoundException>(() => PretrainedModel.Load(_folder)).Message,
            StringComparison.Ordinal);
        Assert.Contains("GptModel",
            Assert.Throws<InvalidCastException>(() => PretrainedModel.Load<LlamaModel>(Recorded.PathOf("gpt2"))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void What_does_not_matter_can_be_said()
    {
        Recorded.Copy("bert_model", _folder);
        Set("my_key", "12");
        Assert.Throws<ModelFileException>(() => PretrainedModel.Load(_folder));
        PretrainedModel model = PretrainedModel.Load(_folder, new() { IgnoredConfigKeys = ["my_key"] });
        Assert.Contains("my_key", model.ConfigJson, StringComparison.Ordinal);
    }

    private void Set(string key, string value)
    {
        string path = Path.Combine(_folder, "config.json");
        JsonObject config = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        config[key] = JsonNode.Parse(value);
        File.WriteAllText(path, config.ToJsonString());
    }
}
