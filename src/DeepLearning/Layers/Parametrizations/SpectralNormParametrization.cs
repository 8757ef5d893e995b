namespace DeepLearning.Layers;

/// <summary>W / σ, σ = uᵀ W v with the singular vectors that a power iteration follows.</summary>
internal sealed class SpectralNormParametrization : Parametrization
{
    private const int FirstIterations = 15;

    private readonly int _iterations;
    private readonly double _eps;
    private readonly int _axis;

    [Buffer]
    [Name("_u")]
    private readonly Tensor? _u;

    [Buffer]
    [Name("_v")]
    private readonly Tensor? _v;

    /// <summary>The vectors before the steps of the last pass.</summary>
    [Unregistered]
    private (Tensor U, Tensor V)? _before;

    public SpectralNormParametrization(Tensor weight, int iterations, double eps, int dim, Generator? generator)
    {
        if (iterations < 1)
        {
            throw new ArgumentOutOfRangeException(
                nameof(iterations), iterations, $"SpectralNorm: the power iteration takes at least one step, not {iterations}.");
        }

        (_iterations, _eps, _axis) = (iterations, eps, Shape.Axis(dim, weight.Rank, "SpectralNorm"));
        if (weight.Rank > 1)
        {
            using TensorScope.Suspension suspension = TensorScope.Suspend();
            using GradMode.Region region = GradMode.NoGrad();
            Tensor matrix = Matrix(weight.Detach());
            _u = Tensor.Normal(0, 1, [matrix.Size(0)], weight.DType, generator).To(weight.Device).Normalize(2, 0, eps);
            _v = Tensor.Normal(0, 1, [matrix.Size(1)], weight.DType, generator).To(weight.Device).Normalize(2, 0, eps);
            Iterate(matrix, FirstIterations);
        }
    }

    protected internal override string Kind => "SpectralNorm";

    protected internal override string Details => $"axis {_axis}, {_iterations} iterations";

    protected internal override Tensor Compute(IReadOnlyList<Tensor> originals)
    {
        Tensor weight = originals[0].To(originals[0].DType.Compute());
        if (_u is null || _v is null)
        {
            return weight.Normalize(2, 0, _eps).To(originals[0].DType);
        }

        Tensor matrix = Matrix(weight);
        _before = null;
        // Run again for its gradient, a forward pass has made its steps the first time.
        if (Training && !Autograd.IsRecomputing)
        {
            using GradMode.Region region = GradMode.NoGrad();
            _before = (_u.Clone(), _v.Clone());
            Iterate(matrix.Detach(), _iterations);
        }

        // Copies, which the next steps of the iteration leave alone.
        Tensor u = Held(_u, weight.DType), v = Held(_v, weight.DType);
        return (weight / u.Dot(matrix.Mv(v))).To(originals[0].DType);
    }

    protected internal override IReadOnlyList<Tensor>? RightInverse(Tensor value) => [value];

    internal override void Undo()
    {
        if (_before is { } before)
        {
            using GradMode.Region region = GradMode.NoGrad();
            _u!.CopyFrom(before.U);
            _v!.CopyFrom(before.V);
            _before = null;
        }
    }

    private static Tensor Held(Tensor vector, DType dtype) => vector.DType == dtype ? vector.Detach().Clone() : vector.Detach().To(dtype);

    private Tensor Matrix(Tensor weight) => (_axis == 0 ? weight : weight.MoveAxis(_axis, 0)).Flatten(1);

    private void Iterate(Tensor matrix, int steps)
    {
        for (int i = 0; i < steps; i++)
        {
            _u!.CopyFrom(matrix.Mv(_v!.To(matrix.DType)).Normalize(2, 0, _eps));
            _v.CopyFrom(matrix.T.Mv(_u.To(matrix.DType)).Normalize(2, 0, _eps));
        }
    }
}
