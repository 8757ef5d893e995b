namespace DeepLearning.Testing;

/// <summary>
/// Inputs for tests, the same in every run: each call takes the next numbers of the seed's sequence, whatever else draws.
/// </summary>
/// <param name="seed">The seed.</param>
/// <param name="dtype">The type of the floating-point tensors.</param>
public sealed class RandomInputs(ulong seed = 1, DType dtype = DType.Float32)
{
    private readonly Generator _generator = new(seed);

    /// <summary>Normal numbers of mean 0 and deviation 1.</summary>
    /// <param name="shape">The shape.</param>
    public Tensor Normal(params ReadOnlySpan<int> shape) => Tensor.Randn(shape, dtype, _generator);

    /// <summary>Uniform numbers from <paramref name="low"/> to below <paramref name="high"/>.</summary>
    /// <param name="low">The least number.</param>
    /// <param name="high">The end, not included.</param>
    /// <param name="shape">The shape.</param>
    public Tensor Uniform(double low, double high, params ReadOnlySpan<int> shape) =>
        Tensor.Uniform(low, high, shape, dtype, _generator);

    /// <summary>Whole numbers (int64) from <paramref name="low"/> to below <paramref name="high"/>.</summary>
    /// <param name="low">The least number.</param>
    /// <param name="high">The end, not included.</param>
    /// <param name="shape">The shape.</param>
    public Tensor Integers(long low, long high, params ReadOnlySpan<int> shape) =>
        Tensor.RandInt(low, high, shape, DType.Int64, _generator);

    /// <summary>True and false, as often.</summary>
    /// <param name="shape">The shape.</param>
    public Tensor Booleans(params ReadOnlySpan<int> shape) => Integers(0, 2, shape).To(DType.Bool);

    /// <summary>Positive numbers that add up to 1 along an axis.</summary>
    /// <param name="axis">The axis.</param>
    /// <param name="shape">The shape.</param>
    public Tensor Probabilities(int axis, params ReadOnlySpan<int> shape) => Normal(shape).Softmax(axis);

    /// <summary>
    /// Numbers around 0 in random order of which no two are closer than <paramref name="gap"/>, so that neither a maximum nor an order
    /// changes when finite differences move one.
    /// </summary>
    /// <param name="gap">The least distance.</param>
    /// <param name="shape">The shape.</param>
    public Tensor Distinct(double gap, params ReadOnlySpan<int> shape)
    {
        int count = checked((int)new Shape(shape).Count);
        Tensor order = Tensor.RandPerm(count, DType.Int64, _generator).To(DType.Float64);
        return ((order - ((count - 1) / 2.0)) * gap).To(dtype).Reshape(shape);
    }

    /// <summary>
    /// Uniform numbers from −3 to 3 of which none is closer than <paramref name="distance"/> to a kink: <c>AwayFrom([0, 1], 0.1, 2, 3)</c>.
    /// </summary>
    /// <param name="kinks">Where the function has no derivative.</param>
    /// <param name="distance">The least distance.</param>
    /// <param name="shape">The shape.</param>
    /// <exception cref="ArgumentException">The kinks leave no room.</exception>
    public Tensor AwayFrom(ReadOnlySpan<double> kinks, double distance, params ReadOnlySpan<int> shape)
    {
        double[] numbers = new double[new Shape(shape).Count];
        for (int i = 0; i < numbers.Length; i++)
        {
            for (int draw = 0; draw == 0 || IsClose(numbers[i], kinks, distance); draw++)
            {
                if (draw == 1000)
                {
                    throw new ArgumentException(
                        $"AwayFrom: {kinks.Length} kinks with a distance of {distance} leave hardly any room from −3 to 3.",
                        nameof(distance));
                }

                numbers[i] = (6 * _generator.NextDouble()) - 3;
            }
        }

        return Tensor.From(numbers, shape).To(dtype);
    }

    /// <summary>The seed's generator, as in <c>RandomInputs(Generator(seed 1, position 0))</c>.</summary>
    public override string ToString() => $"RandomInputs({_generator})";

    private static bool IsClose(double number, ReadOnlySpan<double> kinks, double distance)
    {
        foreach (double kink in kinks)
        {
            if (Math.Abs(number - kink) < distance)
            {
                return true;
            }
        }

        return false;
    }
}
