using DeepLearning.Pretrained;
using DeepLearning.Serialization;
using DeepLearning.Tests.Infrastructure;

namespace DeepLearning.Tests.Pretrained;

/// <summary>The tiny models of <c>generate_models.py</c>, with what PyTorch's primitives compute of them.</summary>
internal static class Recorded
{
    private static readonly string _folder = RepositoryFiles.PathOf("tests", "DeepLearning.Pretrained.Tests", "Data");

    /// <summary>The names of all models.</summary>
    public static IEnumerable<string> Names => Directory.EnumerateDirectories(_folder)
        .Select(static path => Path.GetFileName(path)!).Order();

    public static string PathOf(string name) => Path.Combine(_folder, name);

    public static OrderedDictionary<string,
        Tensor> Expected(string name) => Safetensors.Load(Path.Combine(PathOf(name), "expected.safetensors"));

    public static ModelInputs Inputs(string name)
    {
        OrderedDictionary<string, Tensor> all = Expected(name);
        return new ModelInputs
        {
            Tokens = all.GetValueOrDefault("in.tokens"),
            Segments = all.GetValueOrDefault("in.segments"),
            Mask = all.GetValueOrDefault("in.mask"),
            Pixels = all.GetValueOrDefault("in.pixels"),
            DecoderTokens = all.GetValueOrDefault("in.decoder_tokens"),
        };
    }

    /// <summary>Copies a model's files, to be changed.</summary>
    public static string Copy(string name, string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (string file in (string[])["config.json", "model.safetensors"])
        {
            File.Copy(Path.Combine(PathOf(name), file), Path.Combine(folder, file), overwrite: true);
        }

        return folder;
    }

    /// <summary>Compares what the reference computed with an output, where there are tokens.</summary>
    public static void Check(string name, ModelOutput output, double tolerance = 2e-5)
    {
        OrderedDictionary<string, Tensor> all = Expected(name);
        int compared = 0;
        foreach ((string key, Tensor expected) in all.Where(static entry => entry.Key.StartsWith("out.", StringComparison.Ordinal)))
        {
            Tensor? actual = key switch
            {
                "out.hidden" => output.Hidden,
                "out.pooled" => output.Pooled,
                "out.logits" => output.Logits,
                "out.start" => output.StartLogits,
                "out.end" => output.EndLogits,
                "out.next" => output.NextLogits,
                "out.images" => output.ImageEmbeddings,
                "out.texts" => output.TextEmbeddings,
                _ => throw new InvalidOperationException(key),
            };
            Assert.NotNull(actual);
            Assert.Equal(expected.Shape, actual.Shape);
            double worst = Worst((expected - actual).Abs(), expected, all);
            Assert.True(worst < tolerance, $"{name} {key}: {worst:E2}");
            compared++;
        }

        Assert.True(compared > 0);
    }

    /// <summary>The greatest difference relative to the greatest number; padding computes something else in each implementation.</summary>
    private static double Worst(Tensor difference, Tensor expected, OrderedDictionary<string, Tensor> all)
    {
        if (all.TryGetValue("in.mask", out Tensor? mask) && !all.ContainsKey("in.decoder_tokens") && expected.Rank >= 2
            && expected.Size(1) == mask.Size(1) && expected.Size(0) == mask.Size(0))
        {
            Tensor isThere = expected.Rank == 3 ? mask.Unsqueeze(2) : mask;
            difference = Tensor.Where(isThere, difference, Tensor.ZerosLike(difference));
        }

        return difference.Max().Item<double>() / Math.Max(1, expected.Abs().Max().Item<double>());
    }
}
