using System.Text.Json.Nodes;
using DeepLearning.Formats;
using DeepLearning.Layers;
using DeepLearning.Losses;
using DeepLearning.Optimizers;
using DeepLearning.Pretrained;
using DeepLearning.Serialization;

namespace DeepLearning.Tests.Pretrained;

public sealed class LoraTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("deeplearning-lora-").FullName;

    public void Dispose() => Directory.Delete(_folder, true);

    [Theory]
    [InlineData("llama_plain", "q_proj", false)]
    [InlineData("gpt2", "c_attn", false)]
    [InlineData("t5_plain", "v", true)]
    public void Adapters_begin_as_nothing_train_merge_and_come_back(string name, string target, bool isRs)
    {
        PretrainedModel model = PretrainedModel.Load(Recorded.PathOf(name));
        LoraOptions options = new() { Rank = 2, Alpha = 6, TargetModules = [target], UseRsLora = isRs, Generator = new Generator(1) };
        string before = Frozen(model);
        model.AddLora(options).Train();
        model.Eval();
        Recorded.Check(name, model.Forward(Recorded.Inputs(name)));
        string[] trained = [.. model.NamedParameters().Where(static p => p.Parameter.RequiresGrad).Select(static p => p.Name)];
        Assert.NotEmpty(trained);
        Assert.All(trained, path => Assert.Matches($@"\.{target}\.lora_[AB]\.weight$", path));
        Train(model, name);
        Assert.Equal(before, Frozen(model));

        // y + α/r x Aᵀ Bᵀ, by the formula from the matrices.
        Projection map = model.Modules().OfType<Projection>().First(static m => m.HasAdapter);
        Tensor x = Tensor.Randn([3, map.InFeatures], generator: new Generator(4));
        Tensor change = map.LoraB!.Weight.MatMul(map.LoraA!.Weight) * (isRs ? 6 / Math.Sqrt(2) : 3);
        Tensor weight = map.IsTransposed ? map.Weight!.T : map.Weight!;
        Close(x.MatMul((weight + change).T) + (map.Bias ?? Tensor.Zeros(1)), map.Forward(x));

        Tensor adapted = model.Forward(Recorded.Inputs(name)).Logits!;
        model.SaveLora(_folder, options, "some/model");
        model.MergeLora();
        Close(adapted, model.Forward(Recorded.Inputs(name)).Logits!);
        model.SaveTo(Path.Combine(_folder, "merged"));
        Close(adapted, PretrainedModel.Load(Path.Combine(_folder, "merged")).Forward(Recorded.Inputs(name)).Logits!);
        model.UnmergeLora();
        Close(adapted, model.Forward(Recorded.Inputs(name)).Logits!);
        model.RemoveLora();
        Recorded.Check(name, model.Forward(Recorded.Inputs(name)));

        PretrainedModel other = PretrainedModel.Load(Recorded.PathOf(name));
        Assert.Equal(isRs, other.LoadLora(_folder).UseRsLora);
        Close(adapted, other.Forward(Recorded.Inputs(name)).Logits!);
        Close(adapted, other.DeepCopy().Forward(Recorded.Inputs(name)).Logits!);
    }

    [Fact]
    public void Files_are_those_of_PEFT()
    {
        PretrainedModel model = PretrainedModel.Load(Recorded.PathOf("bert_sequence"));
        LoraOptions options = new() { Rank = 4, TargetModules = ["query", "*.1.output.dense"], ModulesToSave = ["classifier"] };
        model.AddLora(options);
        model.SaveLora(_folder, options);
        Assert.Equal(
            [
                "base_model.model.bert.encoder.layer.0.attention.self.query.lora_A.weight",
                "base_model.model.bert.encoder.layer.0.attention.self.query.lora_B.weight",
                "base_model.model.bert.encoder.layer.1.attention.self.query.lora_A.weight",
                "base_model.model.bert.encoder.layer.1.attention.self.query.lora_B.weight",
                "base_model.model.bert.encoder.layer.1.output.dense.lora_A.weight",
                "base_model.model.bert.encoder.layer.1.output.dense.lora_B.weight",
                "base_model.model.classifier.bias",
                "base_model.model.classifier.weight",
            ],
            Safetensors.Load(Path.Combine(_folder, "adapter_model.safetensors")).Keys.Order());
        JsonObject config = JsonNode.Parse(File.ReadAllText(Path.Combine(_folder, "adapter_config.json")))!.AsObject();
        Assert.Equal("LORA", (string?)config["peft_type"]);
        Assert.Equal("SEQ_CLS", (string?)config["task_type"]);
        Assert.Equal(4, (int)config["r"]!);
        Assert.Equal(16, (int)config["lora_alpha"]!);
        Assert.Equal(["classifier"], config["modules_to_save"]!.AsArray().Select(static x => (string?)x));

        // The very paths, since 'dense' alone would be others, too.
        Assert.Contains("bert.encoder.layer.1.output.dense", config["target_modules"]!.AsArray().Select(static x => (string?)x));
        PretrainedModel other = PretrainedModel.Load(Recorded.PathOf("bert_sequence"));
        other.LoadLora(_folder, isTrainable: true);
        Assert.Equal(8, other.Parameters().Count(static p => p.RequiresGrad));
    }

    [Theory]
    [InlineData("peft_type", "\"IA3\"")]
    [InlineData("use_dora", "true")]
    [InlineData("bias", "\"all\"")]
    [InlineData("rank_pattern", "{\"q_proj\": 3}")]
    [InlineData("layers_to_transform", "[1]")]
    [InlineData("fan_in_fan_out", "true")]
    [InlineData("r", "0")]
    [InlineData("something_new", "3")]
    public void What_is_not_understood_is_refused_by_name(string key, string value)
    {
        PretrainedModel model = PretrainedModel.Load(Recorded.PathOf("llama_plain"));
        LoraOptions options = new() { TargetModules = ["q_proj"] };
        model.AddLora(options);
        model.SaveLora(_folder, options);
        string path = Path.Combine(_folder, "adapter_config.json");
        JsonObject config = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        config[key] = JsonNode.Parse(value);
        File.WriteAllText(path, config.ToJsonString());
        PretrainedModel other = PretrainedModel.Load(Recorded.PathOf("llama_plain"));
        Assert.Contains(key, Assert.Throws<ModelFileException>(() => other.LoadLora(_folder)).Message, StringComparison.Ordinal);
        Assert.DoesNotContain(other.Modules().OfType<Projection>(), static map => map.HasAdapter);
    }

    [Fact]
    public void Adapters_that_do_not_fit_change_nothing()
    {
        PretrainedModel model = PretrainedModel.Load(Recorded.PathOf("llama_plain"));
        LoraOptions options = new() { TargetModules = ["q_proj"], Rank = 3 };
        model.AddLora(options);
        Assert.Throws<ArgumentException>(() => model.AddLora(options));
        Assert.Throws<ArgumentException>(() => model.SaveLora(_folder, options with { Rank = 4 }));
        model.SaveLora(_folder, options);
        PretrainedModel wider = PretrainedModel.Load(Recorded.PathOf("qwen3"));
        StateDictException error = Assert.Throws<StateDictException>(() => wider.LoadLora(_folder));
        Assert.Contains("layers.1.self_attn.q_proj.lora_B.weight is [16, 3] and must be [32, 3]", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(wider.Modules().OfType<Projection>(), static map => map.HasAdapter);
        Assert.Contains("gate_proj", Assert.Throws<ArgumentException>(() => wider.AddLora(new() { TargetModules = ["query"] })).Message,
            StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => wider.MergeLora());
    }

    [Fact]
    public void Adapters_train_beside_quantized_weights()
    {
        string config = File.ReadAllText(Path.Combine(Recorded.PathOf("llama_plain"), "config.json"))
            .Replace("\"hidden_size\": 16", "\"hidden_size\": 32", StringComparison.Ordinal)
            .Replace("\"intermediate_size\": 24", "\"intermediate_size\": 64", StringComparison.Ordinal);
        PretrainedModel model = PretrainedModel.FromConfig(config, new() { Generator = new Generator(1) });
        model.Quantize(QuantizationKind.Int4Blocks, "*proj");
        model.AddLora(new() { TargetModules = ["q_proj", "down_proj"], Generator = new Generator(2) });
        AdamW optimizer = new(model.Parameters().Where(static p => p.RequiresGrad), 0.02);
        Tensor tokens = Recorded.Inputs("llama_plain").Tokens!;
        double first = 0, last = 0;
        for (int step = 0; step < 20; step++)
        {
            optimizer.ZeroGrad();
            Tensor logits = model.Forward(tokens).Logits!;
            Tensor loss = Loss.CrossEntropy(logits.Narrow(1, 0, 11).Flatten(0, 1), tokens.Narrow(1, 1, 11).Flatten());
            loss.Backward();
            optimizer.Step();
            last = loss.Item<double>();
            first = step == 0 ? last : first;
        }

        Assert.True(last < first - 0.05, $"{first} {last}");
        Assert.Throws<InvalidOperationException>(() => model.MergeLora());
    }

    private static void Train(PretrainedModel model, string name)
    {
        AdamW optimizer = new(model.Parameters().Where(static p => p.RequiresGrad), 0.05);
        for (int step = 0; step < 5; step++)
        {
            optimizer.ZeroGrad();
            model.Forward(Recorded.Inputs(name)).Logits!.Square().Mean().Backward();
            optimizer.Step();
        }
    }

    private static string Frozen(PretrainedModel model) => string.Join(' ', model.NamedParameters()
        .Where(static p => !p.Name.Contains("lora_", StringComparison.Ordinal))
            .Select(static p => $"{p.Name}{p.Parameter.Sum().Item<double>()}"));

    private static void Close(Tensor expected, Tensor actual)
    {
        double worst = (expected - actual).Abs().Max().Item<double>() / Math.Max(1, expected.Abs().Max().Item<double>());
        Assert.True(worst < 3e-5, $"{worst}");
    }
}
