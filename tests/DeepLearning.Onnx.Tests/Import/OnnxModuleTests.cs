using DeepLearning.Layers;
using DeepLearning.Losses;
using DeepLearning.Onnx;
using DeepLearning.Optimizers;

namespace DeepLearning.Tests.Onnx.Import;

/// <summary>An imported file is a module as any other.</summary>
public class OnnxModuleTests
{
    private static Sequential Net() => new(
        new Conv2d(1, 4, 3, padding: 1, generator: new Generator(1)), new BatchNorm2d(4), new ReLU(), new Flatten(),
        new Linear(4 * 6 * 6, 3, generator: new Generator(2)));

    private static OnnxModule Imported(Sequential net) => OnnxModel.Load(net.ToOnnx(
        Tensor.Zeros(2, 1, 6, 6), new() { DynamicAxes = [new("input", 0, "batch")] }).ToArray()).Import();

    [Fact]
    public void Its_state_dictionary_goes_back_into_the_model_that_was_exported()
    {
        Sequential net = Net(), other = Net();
        OnnxModule module = Imported(net);
        foreach (Parameter parameter in other.Parameters())
        {
            parameter.Detach().FillInPlace(0);
        }

        other.LoadStateDict(module.StateDict(), strict: false);
        Tensor x = Tensor.Randn([3, 1, 6, 6], generator: new Generator(3));
        Compare.Same(net.Eval().Forward(x).Detach(), other.Eval().Forward(x).Detach());
        Assert.Contains("0.weight", module.StateDict().Keys);
    }

    [Fact]
    public void Running_figures_are_kept_and_not_trained()
    {
        OnnxModule module = Imported(Net());
        string[] frozen = [.. module.NamedParameters().Where(static p => !p.Parameter.RequiresGrad).Select(static p => p.Name)];
        Assert.Equal(["1.running_mean", "1.running_var"], frozen.Order());
    }

    [Fact]
    public void It_can_be_trained_further()
    {
        OnnxModule module = Imported(Net());
        Generator random = new(4);
        Tensor x = Tensor.Randn([16, 1, 6, 6], generator: random), y = Tensor.RandInt(0, 3, [16], generator: random);
        Adam optimizer = new(module.Parameters().Where(static p => p.RequiresGrad), 1e-2);
        float first = 0, last = 0;
        for (int step = 0; step < 30; step++)
        {
            optimizer.ZeroGrad();
            Tensor loss = Loss.CrossEntropy(module.Forward(x), y);
            loss.Backward();
            optimizer.Step();
            last = loss.Item<float>();
            first = step == 0 ? last : first;
        }

        Assert.True(last < 0.2 * first, $"{first} became {last}");
    }

    [Fact]
    public void Its_gradient_is_that_of_the_model_that_was_exported()
    {
        Sequential net = Net().Eval();
        OnnxModule module = Imported(net);
        Tensor x = Tensor.Randn([3, 1, 6, 6], generator: new Generator(5));
        net.Forward(x).Square().Sum().Backward();
        module.Forward(x).Square().Sum().Backward();
        Dictionary<string, Parameter> back = module.NamedParameters().ToDictionary(static p => p.Name, static p => p.Parameter);
        foreach ((string name, Parameter parameter) in net.NamedParameters())
        {
            Compare.Same(parameter.Grad!, back[name].Grad!, 1e-4, 1e-4);
        }
    }

    [Fact]
    public void A_copy_has_parameters_of_its_own()
    {
        OnnxModule module = Imported(Net()), copy = module.DeepCopy();
        Tensor x = Tensor.Randn([1, 1, 6, 6], generator: new Generator(6)), before = module.Forward(x).Detach();
        Compare.Same(before, copy.Forward(x).Detach());
        foreach (Parameter parameter in copy.Parameters())
        {
            parameter.Detach().FillInPlace(0);
        }

        Compare.Same(before, module.Forward(x).Detach());
    }

    [Fact]
    public void Wrong_inputs_are_refused_by_name()
    {
        OnnxModule module = Imported(Net());
        Assert.Contains("input", Assert.Throws<ShapeException>(() => module.Run(Tensor.Zeros(1, 1, 6, 5))).Message,
            StringComparison.Ordinal);
        Assert.Contains("float32", Assert.Throws<DTypeException>(
            () => module.Run(Tensor.Zeros([1, 1, 6, 6], DType.Float64))).Message, StringComparison.Ordinal);
        Assert.Contains("other", Assert.Throws<ArgumentException>(
            () => module.Run(new Dictionary<string, Tensor> { ["other"] = Tensor.Zeros(1) })).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => module.Run(Tensor.Zeros(1), Tensor.Zeros(1)));
    }

    [Fact]
    public void The_summary_says_what_is_in_the_file()
    {
        OnnxModel model = Net().ToOnnx(
            Tensor.Zeros(2, 1, 6, 6),
            new() { DynamicAxes = [new("input", 0, "batch")], Metadata = new Dictionary<string, string> { ["classes"] = "a,b,c" } });
        string summary = model.Summary();
        Assert.Contains("input: float[batch, 1, 6, 6]", summary, StringComparison.Ordinal);
        Assert.Contains("output: float[batch, 3]", summary, StringComparison.Ordinal);
        Assert.Contains("1 BatchNormalization", summary, StringComparison.Ordinal);
        Assert.Contains("classes: a,b,c", summary, StringComparison.Ordinal);
        Assert.Equal(18, model.Opset);
        Assert.StartsWith("DeepLearning", model.Producer, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_is_written_and_read()
    {
        string folder = Directory.CreateTempSubdirectory().FullName, path = Path.Combine(folder, "net.onnx");
        try
        {
            Sequential net = Net().Eval();
            net.ToOnnx(path, Tensor.Zeros(2, 1, 6, 6));
            Tensor x = Tensor.Randn([2, 1, 6, 6], generator: new Generator(7));
            OnnxModel model = OnnxModel.Load(path);
            Compare.Same(net.Forward(x).Detach(), model.Import().Forward(x).Detach());
            Compare.Same(net.StateDict()["0.weight"].Detach(), model.Tensors()["0.weight"], 0, 0);

            // With its data in a second file.
            model.Save(path, externalData: true);
            Assert.True(new FileInfo(path).Length < new FileInfo(path + ".data").Length);
            Compare.Same(net.Forward(x).Detach(), OnnxModel.Load(path).Import().Forward(x).Detach());
            using Microsoft.ML.OnnxRuntime.InferenceSession session = new(path);
            Compare.Same(net.Forward(x).Detach(), Ort.Run(session, x)[0]);
        }
        finally
        {
            Directory.Delete(folder, true);
        }
    }
}
