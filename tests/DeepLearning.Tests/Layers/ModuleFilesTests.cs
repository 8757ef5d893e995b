using DeepLearning.Layers;
using DeepLearning.Serialization;
using DeepLearning.Tests.Serialization;

namespace DeepLearning.Tests.Layers;

[Trait("Rerun", "Culture")]
public sealed class ModuleFilesTests
{
    [Fact]
    public void A_saved_model_loads_into_another_bit_for_bit()
    {
        using Folder folder = new();
        string path = folder["model.safetensors"];
        Sequential from = Model(), to = Model();
        from.Forward(Tensor.Randn(5, 4));
        from.Save(path, new Dictionary<string, string> { ["epoch"] = "3" });
        StateDictMismatch mismatch = to.Load(path);
        Assert.Empty(mismatch.Missing);
        Assert.Empty(mismatch.Unexpected);
        Assert.Equal(Values(from), Values(to));
        using SafetensorsFile file = Safetensors.Open(path);
        Assert.Equal("3", file.Metadata["epoch"]);
        Assert.Equal(from.StateDict().Keys, file.Entries.Select(entry => entry.Name));
        Assert.All(to.Parameters(), parameter => Assert.True(parameter.RequiresGrad && parameter.IsLeaf));
    }

    [Fact]
    public void All_keys_that_do_not_fit_are_listed_at_once_and_nothing_changes()
    {
        using Folder folder = new();
        string path = folder["other.safetensors"];
        OrderedDictionary<string, Tensor> state = Model().StateDict();
        state.Remove("1.bias");
        state["head.weight"] = Tensor.Zeros(1);
        state["0.weight"] = Tensor.Zeros(5, 5);
        Safetensors.Save(path, state);
        Sequential model = Model();
        double[] before = Values(model);
        StateDictException error = Assert.Throws<StateDictException>(() => model.Load(path));
        Assert.Equal(
            $"Load: the file {path} does not fit Sequential; nothing was changed. Missing from the file: 1.bias. Not expected by the "
            + "module: head.weight. Of another shape: 0.weight: the module has [3, 4], the file [5, 5].",
            error.Message);
        Assert.Throws<StateDictException>(() => model.Load(path, strict: false));
        Assert.Equal(before, Values(model));
        state["0.weight"] = Tensor.Zeros(3, 4);
        Safetensors.Save(path, state);
        StateDictMismatch mismatch = model.Load(path, strict: false);
        Assert.Equal(["1.bias"], mismatch.Missing);
        Assert.Equal(["head.weight"], mismatch.Unexpected);
        Assert.Equal(0, model.Parameters()[0].Abs().Sum().Item<float>());
    }

    [Fact]
    public void A_prefix_picks_a_part_of_the_file()
    {
        using Folder folder = new();
        Sequential inner = Model(), model = Model();
        OrderedDictionary<string, Tensor> state = new() { ["step"] = Tensor.FromScalar(1) };
        foreach ((string name, Tensor tensor) in inner.StateDict())
        {
            state["module." + name] = tensor;
        }

        Safetensors.Save(folder["x"], state);
        string message = Assert.Throws<StateDictException>(() => model.Load(folder["x"])).Message;
        Assert.Contains("The names of the file begin with 'module.': pass it as the prefix.", message, StringComparison.Ordinal);
        message = Assert.Throws<StateDictException>(() => model.LoadStateDict(state)).Message;
        Assert.Contains("The names of the dictionary begin with 'module.': remove it from them.", message, StringComparison.Ordinal);
        Assert.Empty(model.Load(folder["x"], prefix: "module.").Unexpected);
        Assert.Equal(Values(inner), Values(model));
    }

    [Fact]
    public void Values_are_converted_to_the_type_of_the_model()
    {
        using Folder folder = new();
        Linear from = new(2, 2), to = new(2, 2, dtype: DType.Float64);
        Dictionary<string, Tensor> half = from.StateDict().ToDictionary(pair => pair.Key, pair => pair.Value.To(DType.BFloat16));
        Safetensors.Save(folder["x"], half);
        to.Load(folder["x"]);
        Assert.Equal(DType.Float64, to.Weight.DType);
        Assert.Equal(half["weight"].ToArray<double>(), to.Weight.ToArray<double>());
    }

    [Fact]
    public void A_tensor_that_turns_out_bad_while_it_is_read_changes_nothing()
    {
        using Folder folder = new();
        Linear model = new(1, 2);
        double[] before = Values(model);
        string path = folder.Write("x", PlainSafetensors.Write(
            [new PlainTensor("weight", "F32", [2, 1], new byte[8]), new PlainTensor("bias", "BOOL", [2], [1, 2])]));
        Assert.Throws<SafetensorsException>(() => model.Load(path));
        Assert.Equal(before, Values(model));
    }

    [Fact]
    public void Saving_into_a_folder_that_is_missing_says_so() =>
        Assert.Contains("does not exist", Assert.Throws<DirectoryNotFoundException>(
            () => Model().Save(Path.Combine(Path.GetTempPath(), "no such folder", "x"))).Message, StringComparison.Ordinal);

    private static double[] Values(Module module) => [.. module.StateDict().Values.SelectMany(tensor => tensor.ToArray<double>())];

    private static Sequential Model() => new(new Linear(4, 3), new BatchNorm1d(3), new Linear(3, 2));
}
