using DeepLearning.Layers;

namespace DeepLearning.Tests.Layers;

[Trait("Rerun", "Culture")]
public class StateDictTests
{
    [Fact]
    public void A_dictionary_goes_from_one_model_to_another()
    {
        Sequential from = Model(), to = Model();
        StateDictMismatch mismatch = to.LoadStateDict(from.StateDict());
        Assert.Empty(mismatch.Missing);
        Assert.Equal(["0.weight", "0.bias", "1.weight", "1.bias"], from.StateDict().Keys);
        Assert.Equal(from.Parameters().SelectMany(p => p.ToArray<float>()), to.Parameters().SelectMany(p => p.ToArray<float>()));
    }

    [Fact]
    public void All_keys_that_do_not_fit_are_listed_at_once_and_nothing_changes()
    {
        Sequential model = Model();
        float[] before = model.Parameters()[0].ToArray<float>();
        OrderedDictionary<string, Tensor> state = Model().StateDict();
        state.Remove("1.bias");
        state["head.weight"] = Tensor.Zeros(1);
        state["1.weight"] = Tensor.Zeros(5, 5);
        StateDictException error = Assert.Throws<StateDictException>(() => model.LoadStateDict(state));
        Assert.Contains("Missing from the dictionary: 1.bias.", error.Message, StringComparison.Ordinal);
        Assert.Contains("Not expected by the module: head.weight.", error.Message, StringComparison.Ordinal);
        Assert.Contains("1.weight: the module has [2, 3], the dictionary [5, 5]", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, model.Parameters()[0].ToArray<float>());
    }

    [Fact]
    public void A_load_that_is_not_strict_reports_what_it_passed_over_but_not_shapes()
    {
        OrderedDictionary<string, Tensor> state = Model().StateDict();
        state.Remove("1.bias");
        state["head.weight"] = Tensor.Zeros(1);
        StateDictMismatch mismatch = Model().LoadStateDict(state, strict: false);
        Assert.Equal(["1.bias"], mismatch.Missing);
        Assert.Equal(["head.weight"], mismatch.Unexpected);
        state["1.weight"] = Tensor.Zeros(5, 5);
        Assert.Throws<StateDictException>(() => Model().LoadStateDict(state, strict: false));
    }

    [Fact]
    public void Values_are_converted_to_the_type_of_the_model()
    {
        Linear wide = new(2, 2, dtype: DType.Float64), narrow = new(2, 2);
        narrow.LoadStateDict(wide.StateDict());
        Assert.Equal(DType.Float32, narrow.Weight.DType);
        Assert.Equal(wide.Weight.ToArray<float>(), narrow.Weight.ToArray<float>());
    }

    private static Sequential Model() => new(new Linear(4, 3), new Linear(3, 2));
}
