using DeepLearning.Layers;
using DeepLearning.Losses;
using DeepLearning.Optimizers;
using DeepLearning.Testing;

namespace DeepLearning.Tests.Infrastructure.Catalog;

/// <summary>A layer, a loss or an optimizer with options, and the one call that checks all of it.</summary>
internal sealed class CatalogEntry
{
    private readonly Func<object> _make;
    private readonly Action<Func<CheckOptions, CheckOptions>> _check;

    private CatalogEntry(string name, Func<object> make, Action<Func<CheckOptions, CheckOptions>> check) =>
        (Name, _make, _check) = (name, make, check);

    /// <summary>The name: that of the type, and what is special, as in "Linear, no bias".</summary>
    public string Name { get; }

    /// <summary>The type of what is checked.</summary>
    public Type Type
    {
        get
        {
            using Generator.DefaultRegion region = new Generator(1).AsDefault();
            Type type = _make().GetType();
            return type.IsGenericType ? type.GetGenericTypeDefinition() : type;
        }
    }

    public static CatalogEntry Layer<TIn, TOut>(
        string name, Func<Module<TIn, TOut>> make, Func<RandomInputs, TIn> input, LayerCheckOptions? options = null) =>
        new(name, make, with => CheckLayer.Run(make, input(new RandomInputs()), With(options, with)));

    public static CatalogEntry Layer<T1, T2, TOut>(
        string name, Func<Module<T1, T2, TOut>> make, Func<RandomInputs, (T1, T2)> inputs, LayerCheckOptions? options = null) =>
        new(name, make, with =>
        {
            (T1 first, T2 second) = inputs(new RandomInputs());
            CheckLayer.Run(make, first, second, With(options, with));
        });

    public static CatalogEntry Layer<T1, T2, T3, TOut>(
        string name, Func<Module<T1, T2, T3, TOut>> make, Func<RandomInputs, (T1, T2, T3)> inputs, LayerCheckOptions? options = null) =>
        new(name, make, with =>
        {
            (T1 first, T2 second, T3 third) = inputs(new RandomInputs());
            CheckLayer.Run(make, first, second, third, With(options, with));
        });

    public static CatalogEntry Loss<TIn>(
        string name, Func<LossReduction, Module<TIn, Tensor>> make, Func<RandomInputs, TIn> input, LossCheckOptions? options = null) =>
        new(name, () => make(LossReduction.Mean), with => CheckLoss.Run(make, input(new RandomInputs()), With(options, with)));

    public static CatalogEntry Loss<T1, T2>(
        string name, Func<LossReduction, Module<T1, T2, Tensor>> make, Func<RandomInputs, (T1, T2)> inputs,
        LossCheckOptions? options = null) =>
        new(name, () => make(LossReduction.Mean), with =>
        {
            (T1 first, T2 second) = inputs(new RandomInputs());
            CheckLoss.Run(make, first, second, With(options, with));
        });

    public static CatalogEntry Loss<T1, T2, T3>(
        string name, Func<LossReduction, Module<T1, T2, T3, Tensor>> make, Func<RandomInputs, (T1, T2, T3)> inputs,
        LossCheckOptions? options = null) =>
        new(name, () => make(LossReduction.Mean), with =>
        {
            (T1 first, T2 second, T3 third) = inputs(new RandomInputs());
            CheckLoss.Run(make, first, second, third, With(options, with));
        });

    public static CatalogEntry Optimizer(
        string name, Func<IEnumerable<Tensor>, Optimizer> make, OptimizerCheckOptions? options = null) =>
        new(
            name, () => make([new Parameter(Tensor.Zeros((options ?? new()).Shapes[0].AsSpan()))]),
            with => CheckOptimizer.Run(make, With(options, with)));

    /// <summary>Checks all aspects but those that the table of exceptions leaves out.</summary>
    public void Check() => _check(options => options with { Except = CatalogExceptions.Of(Name) });

    /// <summary>Checks one aspect.</summary>
    public void Check(Aspect aspect) => _check(options => options with { Only = [Aspect.Forward, aspect] });

    public override string ToString() => Name;

    private static TOptions With<TOptions>(TOptions? options, Func<CheckOptions, CheckOptions> with)
        where TOptions : CheckOptions, new() => (TOptions)with(options ?? new TOptions());
}
