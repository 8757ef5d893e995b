using DeepLearning.Optimizers;

namespace DeepLearning.Testing;

/// <summary>½ Σ c (p − t)² of some parameters, with an optimizer of them: a problem whose minimum is known.</summary>
internal sealed class Quadratic
{
    private readonly OptimizerCheckOptions _options;
    private readonly Tensor[] _targets;
    private readonly Tensor[] _curvatures;

    public Quadratic(
        Func<IEnumerable<Tensor>, Optimizer> make, OptimizerCheckOptions options, DType dtype, Range? parts = null)
    {
        _options = options;
        RandomInputs random = new(options.Seed);
        (Tensor Start, Tensor Target, Tensor Curvature)[] all =
        [
            .. options.Shapes.Select(shape =>
                (random.Normal(shape.AsSpan()), random.Normal(shape.AsSpan()), random.Uniform(0.5, 1.5, shape.AsSpan()))),
        ];
        // Through the narrowest type, so that every type starts from the same numbers.
        Tensor In(Tensor x) => x.To(DType.BFloat16).To(dtype);
        Tensor[] starts = [.. all[parts ?? ..].Select(p => In(p.Start).Clone())];
        _targets = [.. all[parts ?? ..].Select(p => In(p.Target))];
        _curvatures = [.. all[parts ?? ..].Select(p => In(p.Curvature))];
        Array.ForEach(starts, static p => p.RequiresGrad = true);
        Parameters = starts;
        using Generator.DefaultRegion region = new Generator(options.Seed).AsDefault();
        Optimizer = make(starts);
    }

    public Tensor[] Parameters { get; }

    public Optimizer Optimizer { get; }

    /// <summary>Parameters, by position, that the loss does not use.</summary>
    public HashSet<int> Unused { get; } = [];

    /// <summary>The loss, which an optimizer that climbs makes smaller, too: it is given the negative.</summary>
    public double Loss()
    {
        using GradMode.Region region = GradMode.NoGrad();
        return Compute().Item<double>();
    }

    public void Step(int count = 1)
    {
        for (int step = 0; step < count; step++)
        {
            using Generator.DefaultRegion region = new Generator(_options.Seed + (ulong)step).AsDefault();
            if (_options.TakeStep is { } take)
            {
                take(Optimizer, Evaluate);
            }
            else
            {
                Evaluate();
                Optimizer.Step();
            }
        }
    }

    /// <summary>Clears the gradients and computes them again.</summary>
    public Tensor Evaluate()
    {
        Optimizer.ZeroGrad();
        Tensor loss = _options.Maximizes ? -Compute() : Compute();
        loss.Backward();
        return loss.Detach();
    }

    /// <summary>Copies of the parameters.</summary>
    public Tensor[] Values() => [.. Parameters.Select(static p => p.Detach().Clone())];

    private Tensor Compute()
    {
        Tensor total = Tensor.Zeros([], DType.Float64);
        for (int i = 0; i < Parameters.Length; i++)
        {
            if (!Unused.Contains(i))
            {
                total += ((Parameters[i] - _targets[i]).Square() * _curvatures[i]).Sum().To(DType.Float64) / 2;
            }
        }

        return total;
    }
}
