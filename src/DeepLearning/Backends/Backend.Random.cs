namespace DeepLearning;

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
}
