using DeepLearning.Data;
using DeepLearning.Layers;
using DeepLearning.Losses;
using DeepLearning.Optimizers;
using DeepLearning.Serialization;
using DeepLearning.Training;

namespace DeepLearning.Tests.Training;

public sealed class LearningRateFinderTests
{
    [Fact]
    public void Everything_is_afterwards_as_it_was() => Blobs.Seeded(static () =>
    {
        Blobs.Net model = Blobs.Model(1);
        Adam optimizer = new(model.Parameters(), 0.01);
        DataLoader<Example, Example> loader = Blobs.Loader();
        Blobs.Trainer(model, optimizer).Fit(loader, 1);
        model.Eval();
        model.Parameters()[0].Grad = Tensor.OnesLike(model.Parameters()[0].Detach());
        Generator own = new(5);
        own.NextUInt64();
        (byte[] bits, byte[] state) = (Blobs.Bits(model), Safetensors.ToBytes(optimizer.StateDict()));
        (GeneratorState random, GeneratorState ownRandom, DataLoaderState position) = (Generator.Default.State, own.State, loader.State);

        LearningRateCurve curve = LearningRateFinder.Run(
            model, optimizer, loader, batch => Loss.CrossEntropy(model.Forward(batch.Input + (own.NextDouble() * 0.01)), batch.Target),
            generators: [own]);

        Assert.True(curve.Rates.Count > 20);
        Assert.Equal(bits, Blobs.Bits(model));
        Assert.Equal(state, Safetensors.ToBytes(optimizer.StateDict()));
        Assert.Equal((random, ownRandom, position), (Generator.Default.State, own.State, loader.State));
        Assert.All(model.Modules(), static module => Assert.False(module.Training));
        Assert.Equal(1, model.Parameters()[0].Grad!.ToArray<float>()[0]);

        Assert.Throws<InvalidOperationException>(() => LearningRateFinder.Run(
            model, optimizer, loader, batch => batch.Input.Size(0) < 16 ? throw new InvalidOperationException() : Score(model, batch)));
        Assert.Equal(bits, Blobs.Bits(model));
        Assert.Equal(0.01, optimizer.LearningRate);
    });

    [Fact]
    public void The_suggestion_is_where_the_loss_falls_and_training_with_it_works()
    {
        // A quadratic of curvature 1 diverges from a rate of 2 on.
        Parameter p = new(Tensor.Full([4], 3, DType.Float64));
        SGD optimizer = new([p], 0.5);
        Holder model = new(p);
        LearningRateCurve curve = LearningRateFinder.Run(
            model, optimizer, [0], _ => p.Square().Sum() / 2, 1e-4, 100, 120, smoothing: 0, divergence: 100);
        Assert.InRange(curve.Suggestion!.Value, 0.01, 2);
        Assert.InRange(curve.Rates[^1], 2, 50);
        Assert.Equal(curve.Losses, curve.Smoothed);
        Assert.Equal(18, curve.Losses[0]);
        Assert.Equal((1e-4, 0.5), (curve.Rates[0], optimizer.LearningRate));
        Assert.Contains("suggestion 0.", curve.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_loss_that_never_falls_gives_no_suggestion_and_all_rates_are_gone_through_when_wanted()
    {
        Parameter p = new(Tensor.Ones([1], DType.Float64));
        SGD optimizer = new(new ParameterGroup<SGDOptions>([p], new SGDOptions { LearningRate = 0.1 }),
            new ParameterGroup<SGDOptions>([new Parameter(Tensor.Ones(1))], new SGDOptions { LearningRate = 0.3 }));
        List<double> second = [];
        LearningRateCurve curve = LearningRateFinder.Run(new Holder(p), optimizer, new[] { 1, 2 }, _ =>
        {
            second.Add(optimizer.ParameterGroups[1].Options.LearningRate);
            return (p * 0).Sum() + 1 + second.Count;
        }, 1e-3, 1, 11, divergence: double.PositiveInfinity);
        Assert.Null(curve.Suggestion);
        Assert.Equal(11, curve.Rates.Count);
        Assert.Equal(1, curve.Rates[^1], 1e-12);
        Assert.All(second.Zip(curve.Rates), static x => Assert.Equal(3 * x.Second, x.First, 1e-12));
    }

    [Fact]
    public void What_makes_no_sense_is_refused_by_name()
    {
        Parameter p = new(Tensor.Ones(1));
        SGD optimizer = new([p], 0.1);
        Holder model = new(p);
        Refused("lowest", () => Run(lowest: 0));
        Refused("highest", () => Run(highest: 1e-9));
        Refused("steps", () => Run(steps: 1));
        Refused("smoothing", () => Run(smoothing: 1));
        Refused("divergence", () => Run(divergence: 1));
        Assert.Contains("no batches", Assert.Throws<ArgumentException>(() => LearningRateFinder.Run(
            model, optimizer, Array.Empty<int>(), _ => p.Sum())).Message, StringComparison.Ordinal);

        LearningRateCurve Run(double lowest = 1e-7, double highest = 10, int steps = 10, double smoothing = 0.5, double divergence = 4) =>
            LearningRateFinder.Run(model, optimizer, new[] { 0 }, _ => p.Sum(), lowest, highest, steps, smoothing, divergence);

        static void Refused(string name, Func<object> run) =>
            Assert.Equal(name, Assert.Throws<ArgumentOutOfRangeException>(run).ParamName);
    }

    private static Tensor Score(Blobs.Net model, Example batch) => Loss.CrossEntropy(model.Forward(batch.Input), batch.Target);

    private sealed class Holder(Parameter parameter) : Module<Tensor, Tensor>
    {
        private readonly Parameter _weight = parameter;

        public override Tensor Forward(Tensor x) => x * _weight;
    }
}
