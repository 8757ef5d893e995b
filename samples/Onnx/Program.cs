using System.Globalization;
using DeepLearning;
using DeepLearning.Layers;
using DeepLearning.Losses;
using DeepLearning.Onnx;
using DeepLearning.Optimizers;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
Generator.Default.ManualSeed(1);

// Images of 8×8 pixels with a line: upright or level.
Tensor upright = Tensor.RandInt(0, 2, [400]);
Tensor place = Tensor.RandInt(0, 8, [400]).OneHot(8).To(DType.Float32);
Tensor lines = Tensor.Where(
    upright.Reshape(-1, 1, 1).EqualTo(1), place.Unsqueeze(1).Expand(400, 8, 8), place.Unsqueeze(2).Expand(400, 8, 8));
Tensor images = (lines + (0.3 * Tensor.Randn(400, 8, 8))).Unsqueeze(1);

Sequential model = new(
    new Conv2d(1, 8, 3, padding: 1), new BatchNorm2d(8), new ReLU(), new MaxPool2d(2), new Flatten(), new Linear(8 * 4 * 4, 2));
Train(model, steps: 40);

// Out: with an open batch axis, and the names of the classes beside the network.
string path = Path.Combine(Directory.CreateTempSubdirectory().FullName, "lines.onnx");
model.ToOnnx(path, images[..1], new OnnxExportOptions
{
    InputNames = ["image"],
    OutputNames = ["scores"],
    DynamicAxes = [new("image", 0, "batch")],
    Metadata = new Dictionary<string, string> { ["classes"] = "level,upright" },
});
Console.WriteLine($"{new FileInfo(path).Length:N0} bytes");

// Back: the same answers.
OnnxModel file = OnnxModel.Load(path);
Console.WriteLine(file.Summary());
OnnxModule imported = file.Import();
model.Eval();
double difference;
using (GradMode.NoGrad())
{
    difference = (model.Forward(images) - imported.Forward(images)).Abs().Max().Item<float>();
}

Console.WriteLine($"greatest difference of the scores {difference:0.0e0}");

// And trained further, as any module.
float before = Accuracy(imported);
Train(imported, steps: 20);
Console.WriteLine($"accuracy {before:0.000}, after more training {Accuracy(imported):0.000}");
Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
return difference < 1e-4 ? 0 : 1;

void Train(Module<Tensor, Tensor> network, int steps)
{
    Adam optimizer = new(network.Parameters().Where(static parameter => parameter.RequiresGrad), 1e-2);
    for (int step = 0; step < steps; step++)
    {
        optimizer.ZeroGrad();
        Loss.CrossEntropy(network.Forward(images), upright).Backward();
        optimizer.Step();
    }
}

float Accuracy(Module<Tensor, Tensor> network)
{
    using GradMode.Region region = GradMode.NoGrad();
    return network.Forward(images).ArgMax(1).EqualTo(upright).To(DType.Float32).Mean().Item<float>();
}
