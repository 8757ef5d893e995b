using DeepLearning.Optimizers;

namespace DeepLearning.Testing;

/// <summary>What <see cref="CheckOptimizer"/> can be told of an optimizer.</summary>
public sealed record OptimizerCheckOptions : CheckOptions
{
    /// <summary>How many steps the descent takes.</summary>
    public int Steps { get; init; } = 200;

    /// <summary>The share of the first loss that the last one must be below.</summary>
    public double Share { get; init; } = 0.5;

    /// <summary>Whether the optimizer climbs: it is given the negative of the quadratic.</summary>
    public bool Maximizes { get; init; }

    /// <summary>
    /// Takes a step; the function clears the gradients, computes the loss and its gradients, and returns the loss. When null, it is called,
    /// and then <see cref="Optimizer.Step()"/>.
    /// </summary>
    public Action<Optimizer, Func<Tensor>>? TakeStep { get; init; }

    /// <summary>The types, beside float64, that parameters may have.</summary>
    public IReadOnlyCollection<DType> DTypes { get; init; } = [DType.Float32, DType.Float16, DType.BFloat16];

    /// <summary>The shapes of the parameters.</summary>
    public IReadOnlyList<Shape> Shapes { get; init; } = [new Shape(3, 4), new Shape(4), new Shape(2, 1, 2)];
}
