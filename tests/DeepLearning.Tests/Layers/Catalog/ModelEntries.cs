using DeepLearning.Layers;
using DeepLearning.Optimizers;
using DeepLearning.Testing;
using DeepLearning.Tests.Infrastructure.Catalog;

namespace DeepLearning.Tests.Layers.Catalog;

/// <summary>Models that hold what computes nothing by itself: lists and dictionaries of modules and parameters, and averages.</summary>
internal static class ModelEntries
{
    public static IEnumerable<CatalogEntry> Entries =>
    [
        Rows("A model of a ModuleList and a ModuleDict", static () => new OfModules()),
        Rows("A model of a ParameterList and a ParameterDict", static () => new OfParameters()),
        Rows("A model of an AveragedModel", static () => new OfAverage(useBuffers: false)),
        Rows("A model of an AveragedModel, exponential, with buffers", static () => new OfAverage(useBuffers: true)),
        Rows(
            "Sequential, in Sequential and Residual",
            static () => new Sequential(new Residual(new Sequential(new LayerNorm(3), new Linear(3, 3), new GELU())), new Linear(3, 2))),
    ];

    private static CatalogEntry Rows(string name, Func<Module<Tensor, Tensor>> make) => CatalogEntry.Layer(
        name, make, static random => random.Normal(2, 3),
        new LayerCheckOptions
        {
            OutputShapes = ["[2, 2]"],
            Rejects = [new Rejection("a wrong length", "5", Tensor.Zeros(2, 5))],
        });

    private sealed class OfModules : Layer
    {
        private readonly ModuleList<Layer> _list = new(new Linear(3, 3), new Tanh());
        private readonly ModuleDict<Linear> _heads = new();

        public OfModules()
        {
            _heads.Add("gate", new Linear(3, 2));
            _heads.Add("value", new Linear(3, 2));
        }

        protected override Tensor Compute(Tensor input)
        {
            Tensor x = _list.Aggregate(input, static (x, layer) => layer.Forward(x));
            return _heads["gate"].Forward(x).Sigmoid() * _heads["value"].Forward(x);
        }
    }

    private sealed class OfParameters : Layer
    {
        private readonly ParameterList _list =
            new(new Parameter(Tensor.Rand(3, 2)), new Parameter(Tensor.Rand(2)), new Parameter(Tensor.Rand(2)));

        private readonly ParameterDict _named = new();

        public OfParameters() => _named.Add("scale", new Parameter(Tensor.Rand(2)));

        protected override Tensor Compute(Tensor input) => ((input.MatMul(_list[0]) + _list[1]).Sin() * _named["scale"]) - _list[2];
    }

    /// <summary>The mean of two models.</summary>
    private sealed class OfAverage : Layer
    {
        private readonly AveragedModel<Sequential> _average;

        public OfAverage(bool useBuffers)
        {
            _average = new(Model(), Model(), useBuffers ? AveragedModel.Exponential(0.5) : null, useBuffers);
            _average.Update(Model());
            _average.Update(Model());
        }

        protected override Tensor Compute(Tensor input) => _average.Module.Forward(input);

        private static Sequential Model() => new(new Linear(3, 4), new BatchNorm1d(4), new Tanh(), new Linear(4, 2));
    }
}
