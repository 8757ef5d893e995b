namespace DeepLearning;

public partial class Tensor
{
    /// <summary>Sets every element of this tensor to a number.</summary>
    /// <param name="value">The number.</param>
    /// <returns>This tensor.</returns>
    /// <exception cref="DTypeException">This tensor is of an integer type that does not hold the number.</exception>
    public Tensor FillInPlace(Scalar value)
    {
        DType.CheckHolds(value, "Fill");
        // One number may be written into repeated elements.
        CheckRecordedWrite("Fill", false);
        Backend.Fill(this, value);
        return Recording.Filled(new FillOperation("Fill", value), this);
    }

    /// <summary>Sets every element of this tensor to 0.</summary>
    /// <returns>This tensor.</returns>
    public Tensor ZeroInPlace() => FillInPlace(0);

    /// <summary>Fills this tensor with random numbers uniform in [low, high).</summary>
    /// <param name="low">The lower end.</param>
    /// <param name="high">The upper end, not included.</param>
    /// <param name="generator">The source of randomness; <see cref="Generator.Default"/> when null.</param>
    /// <returns>This tensor.</returns>
    /// <exception cref="DTypeException">The tensor is not of a floating-point type.</exception>
    /// <exception cref="ArgumentException">The upper end is below the lower, or the type does not hold them.</exception>
    public Tensor UniformInPlace(double low = 0.0, double high = 1.0, Generator? generator = null)
    {
        if (!(low <= high) || !double.IsFinite(high - low))
        {
            throw new ArgumentException($"Uniform: {low} to {high} is no interval; give finite ends, the lower one first.");
        }

        StartFill("Uniform", true);
        double greatest = GreatestOf(DType);
        if (Math.Abs(low) > greatest || Math.Abs(high) > greatest || high - low > GreatestOf(DType.Compute()))
        {
            throw new ArgumentException($"Uniform: {low} to {high} is more than {DType.Name()} holds; the greatest number is {greatest}.");
        }

        Backend.Uniform(this, low, high, generator ?? Generator.Default);
        return Recording.Filled(new FillOperation("Uniform", "low", low, "high", high), this);
    }

    /// <summary>Fills this tensor with normal random numbers.</summary>
    /// <param name="mean">The mean.</param>
    /// <param name="std">The standard deviation.</param>
    /// <param name="generator">The source of randomness; <see cref="Generator.Default"/> when null.</param>
    /// <returns>This tensor.</returns>
    /// <exception cref="DTypeException">The tensor is not of a floating-point type.</exception>
    /// <exception cref="ArgumentException">The standard deviation is negative.</exception>
    public Tensor NormalInPlace(double mean = 0.0, double std = 1.0, Generator? generator = null)
    {
        if (!(std >= 0))
        {
            throw new ArgumentException($"Normal: the standard deviation {std} must not be negative.");
        }

        StartFill("Normal", true);
        Backend.Normal(this, mean, std, generator ?? Generator.Default);
        return Recording.Filled(new FillOperation("Normal", "mean", mean, "std", std), this);
    }

    /// <summary>Fills this tensor with random integers uniform in [low, high).</summary>
    /// <param name="low">The lower end.</param>
    /// <param name="high">The upper end, not included.</param>
    /// <param name="generator">The source of randomness; <see cref="Generator.Default"/> when null.</param>
    /// <returns>This tensor.</returns>
    /// <exception cref="ArgumentException">The upper end is not above the lower.</exception>
    /// <exception cref="DTypeException">This tensor is of a type that does not hold all of the integers.</exception>
    public Tensor RandomInPlace(long low, long high, Generator? generator = null)
    {
        if (low >= high)
        {
            throw new ArgumentException($"RandInt: there is no integer from {low} to below {high}; the upper end must be above the lower.");
        }

        DType.CheckHolds(low, "RandInt");
        DType.CheckHolds(high - 1, "RandInt");
        StartFill("RandInt", false);
        if (!DType.IsInteger())
        {
            (double least, double greatest) = DType == DType.Bool ? (0, 1) : (-GreatestOf(DType), GreatestOf(DType));
            if (low < least || high - 1 > greatest)
            {
                throw new DTypeException(
                    $"RandInt: the integers from {low} to below {high} do not fit {DType.Name()}, which holds {least} to {greatest}.");
            }
        }

        Backend.Integers(this, low, high, generator ?? Generator.Default);
        return Recording.Filled(new FillOperation("RandInt", "low", low, "high", high), this);
    }

    /// <summary>Fills this tensor with 1, each element with the given probability, and 0.</summary>
    /// <param name="probability">The probability of 1.</param>
    /// <param name="generator">The source of randomness; <see cref="Generator.Default"/> when null.</param>
    /// <returns>This tensor.</returns>
    /// <exception cref="ArgumentException">The probability is outside 0 … 1.</exception>
    public Tensor BernoulliInPlace(double probability = 0.5, Generator? generator = null)
    {
        if (!(probability >= 0 && probability <= 1))
        {
            throw new ArgumentException($"Bernoulli: the probability {probability} is outside 0 … 1.");
        }

        StartFill("Bernoulli", false);
        generator ??= Generator.Default;
        if (!Backend.TryBernoulli(this, probability, generator))
        {
            // A generator's numbers are the same whatever the device.
            Tensor drawn = Empty(Shape, DType, Device.Cpu);
            drawn.Backend.TryBernoulli(drawn, probability, generator);
            Backend.Copy(drawn.To(Device), this);
        }

        return Recording.Filled(new FillOperation("Bernoulli", "probability", probability), this);
    }

    /// <summary>
    /// Fills this tensor with exponentially distributed random numbers of density rate · e^(−rate · x). All are above 0 and finite: the
    /// least and the greatest number of the type stand for those beyond them.
    /// </summary>
    /// <param name="rate">The rate; the mean is 1 / rate.</param>
    /// <param name="generator">The source of randomness; <see cref="Generator.Default"/> when null.</param>
    /// <returns>This tensor.</returns>
    /// <exception cref="DTypeException">The tensor is not of a floating-point type.</exception>
    /// <exception cref="ArgumentException">The rate is not above 0, or infinite.</exception>
    public Tensor ExponentialInPlace(double rate = 1.0, Generator? generator = null)
    {
        if (!(rate > 0) || double.IsInfinity(rate))
        {
            throw new ArgumentException($"Exponential: the rate {rate} must be above 0 and finite.");
        }

        StartFill("Exponential", true);
        using (GradMode.NoGrad())
        {
            DType compute = DType.Compute();
            Tensor draws = DType == compute ? this : Allocate(Layout, compute, Device);
            // 0 would become 0; half of the step between the uniform numbers stands for it.
            draws.UniformInPlace(generator: generator).ClampInPlace(compute == DType.Float64 ? 1.0 / (1L << 54) : 1.0 / (1 << 25), null);
            draws.NegateInPlace().Log1pInPlace().DivideInPlace(-rate).ClampInPlace(LeastAboveZero(DType), GreatestOf(DType));
            if (draws != this)
            {
                Backend.Copy(draws, this);
            }
        }

        return Recording.Filled(new FillOperation("Exponential", "rate", rate), this);
    }

    /// <summary>Random truth values as numbers: each element is 1 with the probability that this tensor gives, else 0.</summary>
    /// <param name="generator">The source of randomness; <see cref="Generator.Default"/> when null.</param>
    /// <returns>A tensor of the same shape and type; no gradient flows.</returns>
    /// <exception cref="DTypeException">The tensor is not of a floating-point type.</exception>
    /// <exception cref="ArgumentException">A probability is outside 0 … 1.</exception>
    public Tensor Bernoulli(Generator? generator = null)
    {
        Tensor probabilities = Detach();
        if (!DType.IsFloatingPoint())
        {
            throw new DTypeException($"Bernoulli: the probabilities are of a floating-point type, not {DType.Name()}; convert with "
                + "To(DType.Float32).");
        }

        if ((~(probabilities >= 0) | ~(probabilities <= 1)).Any().Item<bool>())
        {
            throw new ArgumentException("Bernoulli: an element is no probability; all must lie in 0 … 1.");
        }

        DType compute = DType == DType.Float64 ? DType.Float64 : DType.Float32;
        return Rand(Shape, compute, generator, Device).Less(probabilities).To(DType);
    }

    /// <summary>
    /// Draws indices at random, each with a probability proportional to its weight. The weights are a vector [n], which gives [samples], or
    /// a row for each draw [m, n], which gives [m, samples].
    /// </summary>
    /// <param name="samples">How many indices to draw from each row.</param>
    /// <param name="replacement">Whether an index may be drawn again.</param>
    /// <param name="generator">The source of randomness; <see cref="Generator.Default"/> when null.</param>
    /// <returns>An int64 tensor of indices.</returns>
    /// <exception cref="ShapeException">The tensor is not a vector or a matrix.</exception>
    /// <exception cref="ArgumentException">
    /// A weight is negative or not finite, a row has too few weights above 0, or <paramref name="samples"/> is not above 0.
    /// </exception>
    public Tensor Multinomial(int samples, bool replacement = false, Generator? generator = null)
    {
        if (Rank is not (1 or 2) || Size(-1) == 0)
        {
            throw new ShapeException($"Multinomial: the weights are a vector [n] or a matrix [m, n] with n above 0, not {Shape}.");
        }

        if (samples <= 0)
        {
            throw new ArgumentException($"Multinomial: the number of samples {samples} must be above 0.");
        }

        Tensor weights = Detach().To(DType.Float64).Reshape(Rank == 1 ? 1 : Size(0), Size(-1)).Contiguous();
        if ((~(weights >= 0) | weights.IsInf()).Any().Item<bool>())
        {
            throw new ArgumentException("Multinomial: a weight is negative, infinite or NaN; all must be finite and not below 0.");
        }

        int needed = replacement ? 1 : samples;
        if ((weights > 0).Sum(1).Less(needed).Any().Item<bool>())
        {
            throw new ArgumentException(
                $"Multinomial: a row has fewer than {needed} weights above 0" + (replacement ? "."
                    : "; draw fewer samples, or with replacement."));
        }

        Tensor drawn = Allocate([weights.Size(0), samples], DType.Int64, Device);
        generator ??= Generator.Default;
        if (!Backend.TryMultinomial(weights, drawn, replacement, generator))
        {
            Tensor onHost = Empty(drawn.Shape, DType.Int64, Device.Cpu);
            onHost.Backend.TryMultinomial(weights.OnHost(), onHost, replacement, generator);
            drawn = onHost.To(Device);
        }

        Recording.Of(new NamedOperation("Multinomial", "replacement", replacement), drawn, weights);
        return Rank == 1 ? drawn.Reshape(samples) : drawn;
    }

    /// <summary>The greatest finite number of a floating-point type.</summary>
    private static double GreatestOf(DType dtype) => dtype switch
    {
        DType.Float64 => double.MaxValue,
        DType.Float32 => float.MaxValue,
        DType.Float16 => (double)Half.MaxValue,
        DType.BFloat16 => (float)BFloat16.MaxValue,
        _ => throw new DTypeException($"{dtype.Name()} is no floating-point type."),
    };

    private static double LeastAboveZero(DType dtype) => dtype switch
    {
        DType.Float64 => double.Epsilon,
        DType.Float32 => float.Epsilon,
        DType.Float16 => (double)Half.Epsilon,
        DType.BFloat16 => (float)BFloat16.FromBits(1),
        _ => throw new DTypeException($"{dtype.Name()} is no floating-point type."),
    };

    private void StartFill(string operation, bool needsReal)
    {
        if (needsReal && !DType.IsFloatingPoint())
        {
            throw new DTypeException($"{operation}: gives fractions, which a {DType.Name()} tensor does not hold; use a floating-point "
                + "type or RandInt.");
        }

        CheckInPlace(operation, false);
    }
}

/// <summary>
/// Numbers written over a whole tensor. Nothing of the old value is left, so its history ends: no gradient flows further back.
/// </summary>
internal readonly struct FillOperation : IDerivative
{
    private readonly string? _first;
    private readonly string? _second;
    private readonly Scalar _firstValue;
    private readonly Scalar _secondValue;

    public FillOperation(string name, Scalar value)
        : this(name, "value", value)
    {
    }

    public FillOperation(string name, string first, Scalar firstValue, string? second = null, Scalar secondValue = default)
    {
        Name = name;
        (_first, _firstValue, _second, _secondValue) = (first, firstValue, second, secondValue);
    }

    public string Name { get; }

    public void Describe(OperationAttributes attributes)
    {
        attributes.Add(_first!, _firstValue);
        if (_second is not null)
        {
            attributes.Add(_second, _secondValue);
        }
    }

    public Node CreateNode() => new OperationNode<FillOperation>(this);

    public void Backward(Node node, Tensor gradient, Span<Tensor?> gradients)
    {
    }
}

internal abstract partial class Backend
{
    /// <summary>1 with the probability, else 0, of any element type; false where the host is to draw.</summary>
    public virtual bool TryBernoulli(Tensor y, double probability, Generator generator) => false;

    /// <summary>
    /// Indices drawn with probabilities proportional to each row's weights: float64 [m, n] gives int64 [m, samples]; false where the host
    /// is to draw.
    /// </summary>
    public virtual bool TryMultinomial(Tensor weights, Tensor y, bool replacement, Generator generator) => false;
}
