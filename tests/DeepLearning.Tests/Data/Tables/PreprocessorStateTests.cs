using DeepLearning.Data;
using DeepLearning.Serialization;
using DeepLearning.Tests.Infrastructure;

namespace DeepLearning.Tests.DataTests.Tables;

/// <summary>What each preprocessor has learned goes through a file; a state that lacks something changes nothing.</summary>
public sealed class PreprocessorStateTests
{
    private static readonly Table s_table = new(
        new TextColumn("t", "b", null, "a", "b", "a", "c"), new NumberColumn("x", 1, double.NaN, 3, 5, 3, -2));

    private static readonly Table s_numbers = new(new NumberColumn("x", 1, 4, 3, 5, 3, -2), new NumberColumn("y", 9, 7, 7, 7, 2, 1));

    // Each fitted to something, another one of its type fitted to something else, and what it makes of its columns.
    private static readonly Dictionary<string, (Preprocessor Fitted, Preprocessor Other, Func<Preprocessor, string> Result)> s_all = new()
    {
        ["standardizer"] = (
            new Standardizer().Fit(s_numbers), new Standardizer().Fit(Tensor.From([0.0, 7])),
            static p => ((Standardizer)p).Transform(s_numbers).ToString()),
        ["scaler"] = (
            new MinMaxScaler(-1, 3).Fit(s_numbers), new MinMaxScaler().Fit(Tensor.From([0.0, 7])),
            static p => $"{((MinMaxScaler)p).Low} {((MinMaxScaler)p).High} {((MinMaxScaler)p).Transform(s_numbers)}"),
        ["imputer"] = (
            new Imputer(Imputation.MostFrequent, addIndicators: true).Fit(s_table), new Imputer().Fit(Tensor.From([0.0, 7])),
            static p => $"{((Imputer)p).Strategy} {((Imputer)p).AddsIndicators} {((Imputer)p).Transform(s_table)}"),
        ["imputer of constants"] = (
            new Imputer(Imputation.Constant, -9, "?").Fit(s_table), new Imputer().Fit(Tensor.From([0.0, 7])),
            static p => $"{((Imputer)p).Constant} {((Imputer)p).ConstantText} {((Imputer)p).Transform(s_table)}"),
        ["one-hot encoder"] = (
            new OneHotEncoder(UnknownCategory.AllZeros).Fit(s_table), new OneHotEncoder().Fit(s_numbers.Select("y")),
            static p => string.Join(' ', ((OneHotEncoder)p).OutputNames) + ((OneHotEncoder)p).Transform(s_table)),
        ["label encoder"] = (
            new LabelEncoder().Fit(["dog", "cat"]), new LabelEncoder().Fit([3, 1]),
            static p => string.Join(' ', ((LabelEncoder)p).Classes) + ((LabelEncoder)p).Transform(["cat", "dog"])),
        ["label encoder of numbers"] = (
            new LabelEncoder().Fit([10, 9]), new LabelEncoder().Fit(["a"]),
            static p => string.Join(' ', ((LabelEncoder)p).Classes) + ((LabelEncoder)p).Transform([9, 10])),
    };

    public static TheoryData<string> Names => new(s_all.Keys);

    [Theory]
    [MemberData(nameof(Names))]
    public void What_was_learned_goes_through_a_file(string name)
    {
        (Preprocessor fitted, _, Func<Preprocessor, string> result) = s_all[name];
        using TemporaryFolder folder = new();
        fitted.Save(folder["state"]);
        Preprocessor fresh = (Preprocessor)Activator.CreateInstance(fitted.GetType(), Defaults(fitted))!;
        Assert.False(fresh.IsFitted);
        fresh.Load(folder["state"]);
        Assert.Equal((result(fitted), fitted.ToString()), (result(fresh), fresh.ToString()));
        Assert.Equal(Bytes(fitted), Bytes(fresh));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_state_that_lacks_something_or_has_another_length_changes_nothing(string name)
    {
        (Preprocessor fitted, Preprocessor other, _) = s_all[name];
        byte[] before = Bytes(other);
        foreach (string key in fitted.State().Tensors.Keys)
        {
            Refused(state => state.Tensors.Remove(key), $"without {key}");
            Refused(state => state.Tensors[key] = state.Tensors[key].Unsqueeze(0), $"{key} with an axis more");
            if (key != "fill")
            {
                Refused(state => state.Tensors[key] = Tensor.Cat([state.Tensors[key], state.Tensors[key]]), $"{key} twice as long");
            }
        }

        foreach (string key in fitted.State().Metadata.Keys.Where(static key => key != "names" && key != "constant_text"))
        {
            Refused(state => state.Metadata.Remove(key), $"without {key}");
            Refused(state => state.Metadata[key] = "7", $"{key} of 7");
        }

        void Refused(Action<PreprocessorState> change, string what)
        {
            PreprocessorState state = fitted.State();
            change(state);
            Exception? error = Record.Exception(() => other.LoadState(state));
            Assert.True(error is InvalidDataException, $"{what}: {error}");
            Assert.Contains(other.GetType().Name, error!.Message, StringComparison.Ordinal);
            Assert.Equal(before, Bytes(other));
        }
    }

    [Fact]
    public void A_state_of_another_kind_is_named()
    {
        foreach ((Preprocessor one, _, _) in s_all.Values)
        {
            foreach ((_, Preprocessor other, _) in s_all.Values.Where(entry => entry.Other.GetType() != one.GetType()))
            {
                Assert.Contains($"it belongs to a {one.GetType().Name}",
                    Assert.Throws<InvalidDataException>(() => other.LoadState(one.State())).Message, StringComparison.Ordinal);
            }
        }

        Assert.Throws<InvalidOperationException>(static () => new Imputer().State());
    }

    [Fact]
    public void Of_equally_frequent_values_the_first_in_order_fills()
    {
        Table table = new(new TextColumn("t", "b", "a", null, "c"), new NumberColumn("x", 4, double.NaN, -1, 2));
        Table filled = new Imputer(Imputation.MostFrequent).FitTransform(table);
        Assert.Equal(("a", -1.0), (filled.Texts("t")[2], filled.Numbers("x")[1]));
        Tensor whole = Tensor.From([1L, 2]).Unsqueeze(1);
        Assert.Same(whole, new Imputer().Fit(Tensor.From([1.0, double.NaN])).Transform(whole));
    }

    private static object?[] Defaults(Preprocessor fitted) =>
        [.. fitted.GetType().GetConstructors().Single().GetParameters().Select(static p => p.DefaultValue)];

    private static byte[] Bytes(Preprocessor fitted) => Safetensors.ToBytes(fitted.State().Tensors, fitted.State().Metadata);
}
