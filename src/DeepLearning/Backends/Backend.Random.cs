namespace DeepLearning.Backends;

/// <content>
/// Random and regular sequences. An element of a random fill depends on the generator's range and its own position only, so that
/// every backend and every number of threads gives the same bits (normal numbers: up to rounding).
/// </content>
internal abstract partial class Backend
{
    /// <summary>Uniform in [low, high).</summary>
    public abstract void Uniform(Tensor y, double low, double high, Generator generator);

    /// <summary>Normal with a mean and a standard deviation.</summary>
    public abstract void Normal(Tensor y, double mean, double std, Generator generator);

    /// <summary>Integers uniform in [low, high), of any element type.</summary>
    public abstract void Integers(Tensor y, long low, long high, Generator generator);

    /// <summary>yᵢ = start + i · step, computed in float64 or, for integers, exactly.</summary>
    public abstract void Sequence(Tensor y, Scalar start, Scalar step);

    /// <summary>1 with the probability, else 0, of any element type; false where the host is to draw.</summary>
    public virtual bool TryBernoulli(Tensor y, double probability, Generator generator) => false;

    /// <summary>0 … count − 1 in random order, into a vector; false where the host is to draw.</summary>
    public virtual bool TryPermutation(Tensor y, Generator generator) => false;

    /// <summary>
    /// Indices drawn with probabilities proportional to each row's weights: float64 [m, n] gives int64 [m, samples]; false where the host
    /// is to draw.
    /// </summary>
    public virtual bool TryMultinomial(Tensor weights, Tensor y, bool replacement, Generator generator) => false;

    /// <summary>Numbers from start to end, both exact, at equal distances.</summary>
    public virtual bool TryInterpolate(Tensor y, double start, double end) => false;
}
