using System.Text.Json.Nodes;
using DeepLearning.Formats;
using DeepLearning.Layers;
using DeepLearning.Pretrained;
using DeepLearning.Serialization;

namespace DeepLearning.Tests.Pretrained;

public sealed class PretrainedModelTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("deeplearning-pretrained-").FullName;

    public static TheoryData<string> All => [.. Recorded.Names];

    public void Dispose() => Directory.Delete(_folder, true);

    [Theory]
    [MemberData(nameof(All))]
    public void A_folder_loads_with_one_call_and_gives_the_references_outputs(string name)
    {
        PretrainedModel model = PretrainedModel.Load(Recorded.PathOf(name));
        Assert.False(model.Training);
        Assert.Empty(model.StartedAnew);
        using (GradMode.NoGrad())
        {
            Recorded.Check(name, model.Forward(Recorded.Inputs(name)));
        }

        // Recorded for gradients, it may take other ways.
        Recorded.Check(name, model.Forward(Recorded.Inputs(name)));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Every_parameter_gets_a_gradient_and_a_copy_computes_the_same(string name)
    {
        PretrainedModel model = PretrainedModel.Load(Recorded.PathOf(name));
        ModelOutput output = model.Forward(Recorded.Inputs(name));
        Tensor[] results =
            [.. new[] { output.Logits, output.StartLogits, output.EndLogits, output.NextLogits, output.Pooled }.OfType<Tensor>()];
        results.Select(static x => x.Square().Sum()).Aggregate(static (a, b) => a + b).Backward();
        string[] without = [.. model.NamedParameters().Where(static p => p.Parameter.Grad is null).Select(static p => p.Name)];
        Assert.Empty(without);
        PretrainedModel copy = model.DeepCopy();
        Recorded.Check(name, copy.Forward(Recorded.Inputs(name)));
        using (GradMode.NoGrad())
        {
            foreach (Parameter parameter in copy.Parameters())
            {
                parameter.FillInPlace(0);
            }
        }

        Recorded.Check(name, model.Forward(Recorded.Inputs(name)));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void What_is_saved_has_the_files_names_and_loads_again(string name)
    {
        PretrainedModel model = PretrainedModel.Load(Recorded.PathOf(name));
        model.SaveTo(_folder, shardBytes: 6000);
        PretrainedModel again = PretrainedModel.Load(_folder);
        Recorded.Check(name, again.Forward(Recorded.Inputs(name)));
        string[] given = [.. Safetensors.Load(Path.Combine(Recorded.PathOf(name), "model.safetensors")).Keys];
        string[] saved = [.. ShardedSafetensors.Load(_folder).Keys];
        if (name == "gpt2")
        {
            // Files of GPT-2 leave the prefix out; a model with a head has it, as what transformers saves.
            given = [.. given.Where(static key => key != "h.0.attn.bias").Select(static key => "transformer." + key)];
        }

        given = [.. given.Where(static key => !key.EndsWith("position_ids", StringComparison.Ordinal))
            .Select(static key => key.Replace("LayerNorm.gamma", "LayerNorm.weight", StringComparison.Ordinal)
                .Replace("LayerNorm.beta", "LayerNorm.bias", StringComparison.Ordinal))];
        Assert.Equal(given.Order(), saved.Order());
        Assert.Equal(model.Architecture, again.Architecture);
    }

    [Fact]
    public void A_pickle_loads_as_safetensors_do()
    {
        OrderedDictionary<string, Tensor> tensors = Safetensors.Load(Path.Combine(Recorded.PathOf("bert_model"), "model.safetensors"));
        File.Copy(Path.Combine(Recorded.PathOf("bert_model"), "config.json"), Path.Combine(_folder, "config.json"));
        PyTorchFile.Save(Path.Combine(_folder, "pytorch_model.bin"), tensors);
        Recorded.Check("bert_model", PretrainedModel.Load(_folder).Forward(Recorded.Inputs("bert_model")));

        // In parts, with an index.
        File.Delete(Path.Combine(_folder, "pytorch_model.bin"));
        JsonObject map = [];
        foreach ((string name, int part) in tensors.Keys.Select(static (name, i) => (name, i % 2)))
        {
            map[name] = $"part{part}.bin";
        }

        for (int part = 0; part < 2; part++)
        {
            PyTorchFile.Save(Path.Combine(_folder, $"part{part}.bin"),
                tensors.Where((_, i) => i % 2 == part).ToDictionary(static x => x.Key, static x => x.Value));
        }

        File.WriteAllText(Path.Combine(_folder, "pytorch_model.bin.index.json"), new JsonObject { ["weight_map"] = map }.ToJsonString());
        Recorded.Check("bert_model", PretrainedModel.Load(_folder).Forward(Recorded.Inputs("bert_model")));
    }

    [Fact]
    public void Another_head_starts_anew_and_says_so()
    {
        PretrainedOptions options = new() { Architecture = "BertForTokenClassification", NumLabels = 5, Generator = new Generator(1) };
        PretrainedModel model = PretrainedModel.Load(Recorded.PathOf("bert_masked"), options);
        Assert.Equal(["classifier.weight", "classifier.bias"], model.StartedAnew);
        Assert.Contains("cls.predictions.bias", model.PassedOver);
        Assert.Equal([3, 9, 5], model.Forward(Recorded.Inputs("bert_masked")).Logits!.Shape);
        Assert.Equal("LABEL_4", model.Labels[4]);

        // The body alone, and a body into which a head's number of classes does not fit.
        Assert.Equal([3, 9, 16], PretrainedModel.Load(Recorded.PathOf("bert_masked"), new() { Architecture = "BertModel" })
            .Forward(Recorded.Inputs("bert_masked")).Hidden!.Shape);
        PretrainedModel resized = PretrainedModel.Load(Recorded.PathOf("bert_sequence"), new() { NumLabels = 7 });
        Assert.Equal([3, 7], resized.Forward(Recorded.Inputs("bert_sequence")).Logits!.Shape);
        Assert.Equal(["classifier.weight", "classifier.bias"], resized.StartedAnew);
    }

    [Fact]
    public void It_fine_tunes()
    {
        PretrainedModel model = PretrainedModel.Load(Recorded.PathOf("distil_sequence")).Train();
        Tensor target = Tensor.From([0L, 1, 1]);
        DeepLearning.Optimizers.AdamW optimizer = new(model.Parameters(), 0.01);
        double first = 0, last = 0;
        for (int step = 0; step < 30; step++)
        {
            using TensorScope scope = new();
            optimizer.ZeroGrad();
            Tensor loss = DeepLearning.Losses.Loss.CrossEntropy(model.Forward(Recorded.Inputs("distil_sequence")).Logits!, target);
            loss.Backward();
            optimizer.Step();
            last = loss.Item<double>();
            first = step == 0 ? last : first;
        }

        Assert.True(last < first / 3, $"{first} {last}");
    }

    [Fact]
    public void A_model_starts_from_a_configuration_alone()
    {
        string config = File.ReadAllText(Path.Combine(Recorded.PathOf("llama_plain"), "config.json"));
        CausalLanguageModel model = (CausalLanguageModel)PretrainedModel.FromConfig(config, new() { Generator = new Generator(3) });
        Assert.True(model.Training);
        Assert.Equal([3, 12, 41], model.Forward(Recorded.Inputs("llama_plain")).Logits!.Shape);
        PretrainedModel half = PretrainedModel.Load(Recorded.PathOf("llama_plain"), new() { DType = DType.BFloat16 });
        Assert.All(half.Parameters(), static p => Assert.Equal(DType.BFloat16, p.DType));
        Recorded.Check("llama_plain", new() { Logits = half.Forward(Recorded.Inputs("llama_plain")).Logits!.To(DType.Float32) }, 0.05);
    }
}
