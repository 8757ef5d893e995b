using DeepLearning.Data;
using DeepLearning.Layers;
using DeepLearning.Optimizers;

namespace DeepLearning.Training;

/// <summary>
/// Finds a learning rate by trying: trains with a rate that rises exponentially from batch to batch until the loss goes up, and puts
/// everything back as it was. Smith, "Cyclical learning rates for training neural networks", 2017.
/// </summary>
/// <example>
/// <code>
/// LearningRateCurve curve = LearningRateFinder.Run(
///     model, optimizer, loader, batch =&gt; Loss.MSE(model.Forward(batch.Input), batch.Target));
/// optimizer.LearningRate = curve.Suggestion ?? 1e-3;
/// </code>
/// </example>
public static class LearningRateFinder
{
    /// <summary>Runs through the rates.</summary>
    /// <typeparam name="TBatch">A batch.</typeparam>
    /// <param name="model">The model; it is in training mode meanwhile.</param>
    /// <param name="optimizer">The optimizer; groups keep the proportions of their rates.</param>
    /// <param name="batches">The batches, gone through again when they end; a loader stands where it stood afterwards.</param>
    /// <param name="loss">The loss of a batch.</param>
    /// <param name="lowest">The first rate.</param>
    /// <param name="highest">The last rate.</param>
    /// <param name="steps">The number of rates.</param>
    /// <param name="smoothing">How much of the mean loss stays from step to step, at least 0 and less than 1.</param>
    /// <param name="divergence">The run ends where the smoothed loss is so many times the least; infinity goes through all rates.</param>
    /// <param name="generators">Generators beside <see cref="Generator.Default"/> whose states are to be put back.</param>
    /// <returns>The curve, with a suggestion.</returns>
    /// <exception cref="ArgumentException">There are no batches.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public static LearningRateCurve Run<TBatch>(
        Module model, Optimizer optimizer, IEnumerable<TBatch> batches, Func<TBatch, Tensor> loss, double lowest = 1e-7,
        double highest = 10, int steps = 100, double smoothing = 0.9, double divergence = 4,
        IReadOnlyList<Generator>? generators = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(optimizer);
        ArgumentNullException.ThrowIfNull(batches);
        ArgumentNullException.ThrowIfNull(loss);
        Require(lowest > 0 && double.IsFinite(lowest), lowest, nameof(lowest), "a finite number above 0");
        Require(highest > lowest && double.IsFinite(highest), highest, nameof(highest), "finite and above the lowest rate");
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 2);
        Require(smoothing is >= 0 and < 1, smoothing, nameof(smoothing), "at least 0 and less than 1");
        Require(divergence > 1, divergence, nameof(divergence), "above 1");

        using TensorScope.Suspension suspension = TensorScope.Suspend();
        DataLoaderState? position = (batches as IDataLoader<TBatch>)?.State;
        Remembered before = new(model, optimizer, generators ?? []);
        using ModuleModes modes = new(model);
        try
        {
            model.Train();
            return Trace(optimizer, Endless(batches), loss, [.. Rates(lowest, highest, steps)], smoothing, divergence);
        }
        finally
        {
            before.Restore();
            if (position is { } place)
            {
                ((IDataLoader<TBatch>)batches).State = place;
            }
        }
    }

    private static LearningRateCurve Trace<TBatch>(
        Optimizer optimizer, IEnumerable<TBatch> batches, Func<TBatch, Tensor> loss, double[] rates, double smoothing, double divergence)
    {
        double first = optimizer.LearningRate, mean = 0, least = double.PositiveInfinity;
        double[] proportions =
        [
            .. optimizer.ParameterGroups.Select(group => first > 0 ? group.Options.LearningRate / first : 1),
        ];
        List<double> losses = [], smoothed = [];
        foreach ((double rate, TBatch batch) in rates.Zip(batches))
        {
            foreach ((ParameterGroup group, double proportion) in optimizer.ParameterGroups.Zip(proportions))
            {
                group.Options.LearningRate = rate * proportion;
            }

            using (new TensorScope())
            {
                Tensor value = optimizer.Step(() =>
                {
                    optimizer.ZeroGrad();
                    Tensor value = loss(batch);
                    value.Backward();
                    return value;
                });
                losses.Add(value.Item<double>());
            }

            mean = (smoothing * mean) + ((1 - smoothing) * losses[^1]);
            smoothed.Add(mean / (1 - Math.Pow(smoothing, losses.Count)));
            least = Math.Min(least, smoothed[^1]);
            if (!double.IsFinite(smoothed[^1]) || (least > 0 && smoothed[^1] > divergence * least))
            {
                break;
            }
        }

        return new LearningRateCurve(rates[..losses.Count], losses, smoothed);
    }

    private static IEnumerable<double> Rates(double lowest, double highest, int steps) =>
        Enumerable.Range(0, steps).Select(step => lowest * Math.Pow(highest / lowest, step / (steps - 1.0)));

    private static IEnumerable<TBatch> Endless<TBatch>(IEnumerable<TBatch> batches)
    {
        while (true)
        {
            bool isEmpty = true;
            foreach (TBatch batch in batches)
            {
                isEmpty = false;
                yield return batch;
            }

            if (isEmpty)
            {
                throw new ArgumentException("LearningRateFinder: there are no batches.", nameof(batches));
            }
        }
    }

    private static void Require(bool isIn, double value, string name, string range)
    {
        if (!isIn)
        {
            throw new ArgumentOutOfRangeException(name, value, $"{name} must be {range}.");
        }
    }

    /// <summary>Values, gradients, optimizer and generators as they were.</summary>
    private sealed class Remembered
    {
        private readonly Optimizer _optimizer;
        private readonly (Tensor Own, Tensor Value, Tensor? Gradient)[] _tensors;
        private readonly Dictionary<string, Tensor> _state;
        private readonly (Generator Generator, GeneratorState State)[] _generators;

        public Remembered(Module model, Optimizer optimizer, IEnumerable<Generator> generators)
        {
            _optimizer = optimizer;
            IEnumerable<Tensor> trained = optimizer.ParameterGroups.SelectMany(static group => group.Parameters);
            HashSet<Tensor> all = new([.. model.Parameters(), .. model.Buffers(), .. trained], ReferenceEqualityComparer.Instance);
            _tensors = [.. all.Select(static own => (own, own.Detach().Clone(), own.IsLeaf ? own.Grad?.Clone() : null))];
            _state = optimizer.StateDict().ToDictionary(static item => item.Key, static item => item.Value.Clone());
            _generators = [.. generators.Append(Generator.Default).Distinct().Select(static g => (g, g.State))];
        }

        public void Restore()
        {
            using GradMode.Region region = GradMode.NoGrad();
            foreach ((Tensor own, Tensor value, Tensor? gradient) in _tensors)
            {
                own.CopyFrom(value);
                if (own.IsLeaf)
                {
                    own.Grad = gradient;
                }
            }

            _optimizer.LoadStateDict(_state);
            Array.ForEach(_generators, static item => item.Generator.State = item.State);
        }
    }
}
