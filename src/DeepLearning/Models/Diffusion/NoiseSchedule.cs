namespace DeepLearning.Models;

/// <summary>
/// How noise is added to data over T steps: x_t = √ᾱ_t x₀ + √(1 − ᾱ_t) ε, where ᾱ_t is the product of 1 − β up to step t (Ho, Jain and
/// Abbeel 2020, "Denoising diffusion probabilistic models", equation 4). Steps are counted from 0.
/// </summary>
public sealed class NoiseSchedule
{
    private NoiseSchedule(string name, double[] betas)
    {
        Name = name;
        Betas = betas;
        double[] products = new double[betas.Length];
        double product = 1;
        for (int t = 0; t < betas.Length; t++)
        {
            product *= 1 - betas[t];
            products[t] = product;
        }

        AlphasBar = products;
    }

    /// <summary>The schedule's name.</summary>
    public string Name { get; }

    /// <summary>The number of steps, T.</summary>
    public int Steps => Betas.Count;

    /// <summary>The share of noise β of each step.</summary>
    public IReadOnlyList<double> Betas { get; }

    /// <summary>What is left of the data's variance after each step, ᾱ.</summary>
    public IReadOnlyList<double> AlphasBar { get; }

    /// <summary>β grows linearly (Ho, Jain and Abbeel 2020).</summary>
    /// <param name="steps">The number of steps.</param>
    /// <param name="start">The first β.</param>
    /// <param name="end">The last.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no step, or a share is not between 0 and 1.</exception>
    public static NoiseSchedule Linear(int steps = 1000, double start = 1e-4, double end = 0.02) => FromBetas(
        nameof(Linear),
        [.. Enumerable.Range(0, Positive(steps)).Select(t => steps == 1 ? start : start + ((end - start) * t / (steps - 1)))]);

    /// <summary>
    /// ᾱ falls like cos²((t/T + s)/(1 + s) · π/2) (Nichol and Dhariwal 2021, "Improved denoising diffusion probabilistic models", equation
    /// 17).
    /// </summary>
    /// <param name="steps">The number of steps.</param>
    /// <param name="offset">s.</param>
    /// <param name="maxBeta">The greatest share of noise of a step.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no step, or a share is not between 0 and 1.</exception>
    public static NoiseSchedule Cosine(int steps = 1000, double offset = 0.008, double maxBeta = 0.999)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        return Of(nameof(Cosine), steps, maxBeta, time => Math.Pow(Math.Cos((time + offset) / (1 + offset) * Math.PI / 2), 2));
    }

    /// <summary>
    /// ᾱ falls like a sigmoid from <paramref name="start"/> to <paramref name="end"/> (Jabri, Fleet and Chen 2023, "Scalable adaptive
    /// computation for iterative generation").
    /// </summary>
    /// <param name="steps">The number of steps.</param>
    /// <param name="start">Where on the sigmoid the first step is.</param>
    /// <param name="end">Where the last is.</param>
    /// <param name="tau">By what both are divided.</param>
    /// <param name="maxBeta">The greatest share of noise of a step.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no step, the end is not past the start, or a share is not between 0 and
    /// 1.</exception>
    public static NoiseSchedule Sigmoid(int steps = 1000, double start = -3, double end = 3, double tau = 1, double maxBeta = 0.999)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(tau);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(end, start);
        double first = Logistic(start / tau), last = Logistic(end / tau);
        return Of(nameof(Sigmoid), steps, maxBeta, time => (last - Logistic(((time * (end - start)) + start) / tau)) / (last - first));

        static double Logistic(double x) => 1 / (1 + Math.Exp(-x));
    }

    /// <summary>A schedule of given shares of noise.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="betas">β of each step.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no step, or a share is not between 0 and 1.</exception>
    public static NoiseSchedule FromBetas(string name, params ReadOnlySpan<double> betas)
    {
        Positive(betas.Length);
        foreach (double beta in betas)
        {
            if (beta is not (> 0 and < 1))
            {
                throw new ArgumentOutOfRangeException(
                    nameof(betas), beta, $"{nameof(NoiseSchedule)}.{name}: a share of noise is between 0 and 1.");
            }
        }

        return new NoiseSchedule(name, betas.ToArray());
    }

    /// <inheritdoc/>
    public override string ToString() => $"NoiseSchedule({Name}, {Steps} steps)";

    private static NoiseSchedule Of(string name, int steps, double maxBeta, Func<double, double> left) => FromBetas(
        name,
        [.. Enumerable.Range(0, Positive(steps)).Select(t => Math.Min(1 - (left((t + 1.0) / steps) / left((double)t / steps)), maxBeta))]);

    private static int Positive(int steps)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(steps);
        return steps;
    }
}
