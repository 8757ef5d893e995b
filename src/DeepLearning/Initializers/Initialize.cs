using DeepLearning.Layers;

namespace DeepLearning.Initializers;

/// <summary>
/// Starting values of parameters. Each method writes into a tensor, outside the record, and returns it; the same
/// <see cref="Generator"/> state gives the same values. Fans follow PyTorch: a weight is [out, in, kernel…].
/// </summary>
public static partial class Initialize
{
    /// <summary>Fills with numbers uniform in [low, high).</summary>
    /// <param name="tensor">The tensor to fill.</param>
    /// <param name="low">The lower end.</param>
    /// <param name="high">The upper end.</param>
    /// <param name="generator">The source of randomness; <see cref="Generator.Default"/> when null.</param>
    /// <returns>The tensor.</returns>
    public static Tensor Uniform(Tensor tensor, double low = 0, double high = 1, Generator? generator = null)
    {
        Check(tensor);
        return Write(tensor, Tensor.Uniform(low, high, tensor.Shape, tensor.DType, generator));
    }

    /// <summary>Fills with normally distributed numbers.</summary>
    /// <param name="tensor">The tensor to fill.</param>
    /// <param name="mean">The mean.</param>
    /// <param name="std">The standard deviation.</param>
    /// <param name="generator">The source of randomness; <see cref="Generator.Default"/> when null.</param>
    /// <returns>The tensor.</returns>
    public static Tensor Normal(Tensor tensor, double mean = 0, double std = 1, Generator? generator = null)
    {
        Check(tensor);
        OptionChecks.Finite(mean, "Initialize.Normal");
        return Write(tensor, Tensor.Normal(mean, std, tensor.Shape, tensor.DType, generator));
    }

    /// <summary>Fills with one number.</summary>
    /// <param name="tensor">The tensor to fill.</param>
    /// <param name="value">The number.</param>
    /// <returns>The tensor.</returns>
    /// <exception cref="DTypeException">The tensor is of an integer type that does not hold the number.</exception>
    public static Tensor Constant(Tensor tensor, Scalar value)
    {
        Check(tensor);
        tensor.DType.CheckHolds(value, "Initialize.Constant");
        return Write(tensor, Tensor.Full([], value, tensor.DType, tensor.Device));
    }

    /// <summary>Fills with 0.</summary>
    /// <param name="tensor">The tensor to fill.</param>
    /// <returns>The tensor.</returns>
    public static Tensor Zeros(Tensor tensor) => Constant(tensor, 0.0);

    /// <summary>Fills with 1.</summary>
    /// <param name="tensor">The tensor to fill.</param>
    /// <returns>The tensor.</returns>
    public static Tensor Ones(Tensor tensor) => Constant(tensor, 1.0);

    /// <summary>Fills a matrix with the identity: 1 on the diagonal, 0 elsewhere.</summary>
    /// <param name="tensor">The matrix to fill.</param>
    /// <returns>The matrix.</returns>
    /// <exception cref="ShapeException">The tensor is not a matrix.</exception>
    public static Tensor Eye(Tensor tensor)
    {
        Check(tensor);
        if (tensor.Rank != 2)
        {
            throw new ShapeException($"Initialize.Eye: needs a matrix, not a tensor {tensor.Shape}.");
        }

        int rows = tensor.Size(0), columns = tensor.Size(1);
        double[] values = new double[rows * columns];
        for (int i = 0; i < Math.Min(rows, columns); i++)
        {
            values[(i * columns) + i] = 1;
        }

        return Write(tensor, Tensor.From(values, rows, columns));
    }

    /// <summary>
    /// Fills with numbers uniform in ±gain · √(6 / (fan_in + fan_out)) (Glorot and Bengio, "Understanding the difficulty of training deep
    /// feedforward neural networks", 2010).
    /// </summary>
    /// <param name="tensor">The weight to fill, at least two axes.</param>
    /// <param name="gain">A factor; see <see cref="CalculateGain"/>.</param>
    /// <param name="generator">The source of randomness; <see cref="Generator.Default"/> when null.</param>
    /// <returns>The tensor.</returns>
    /// <exception cref="ShapeException">The tensor has fewer than two axes.</exception>
    public static Tensor XavierUniform(Tensor tensor, double gain = 1, Generator? generator = null)
    {
        (long fanIn, long fanOut) = Fans(tensor, "XavierUniform");
        double bound = gain * Math.Sqrt(6.0 / Math.Max(fanIn + fanOut, 1));
        return Uniform(tensor, -bound, bound, generator);
    }

    /// <summary>
    /// Fills with normal numbers of mean 0 and deviation gain · √(2 / (fan_in + fan_out)); see <see cref="XavierUniform"/>.
    /// </summary>
    /// <param name="tensor">The weight to fill, at least two axes.</param>
    /// <param name="gain">A factor; see <see cref="CalculateGain"/>.</param>
    /// <param name="generator">The source of randomness; <see cref="Generator.Default"/> when null.</param>
    /// <returns>The tensor.</returns>
    /// <exception cref="ShapeException">The tensor has fewer than two axes.</exception>
    public static Tensor XavierNormal(Tensor tensor, double gain = 1, Generator? generator = null)
    {
        (long fanIn, long fanOut) = Fans(tensor, "XavierNormal");
        return Normal(tensor, 0, gain * Math.Sqrt(2.0 / Math.Max(fanIn + fanOut, 1)), generator);
    }

    /// <summary>
    /// Fills with numbers uniform in ±gain · √(3 / fan) (He et al., "Delving deep into rectifiers", 2015).
    /// </summary>
    /// <param name="tensor">The weight to fill, at least two axes.</param>
    /// <param name="slope">The slope below 0 of the leaky ReLU that follows.</param>
    /// <param name="mode">Which fan.</param>
    /// <param name="nonlinearity">What follows; it gives the gain.</param>
    /// <param name="generator">The source of randomness; <see cref="Generator.Default"/> when null.</param>
    /// <returns>The tensor.</returns>
    /// <exception cref="ShapeException">The tensor has fewer than two axes.</exception>
    public static Tensor KaimingUniform(
        Tensor tensor, double slope = 0, FanMode mode = FanMode.FanIn, Nonlinearity nonlinearity = Nonlinearity.LeakyReLU,
        Generator? generator = null)
    {
        double bound = Math.Sqrt(3) * KaimingStd(tensor, slope, mode, nonlinearity, "KaimingUniform");
        return Uniform(tensor, -bound, bound, generator);
    }

    /// <summary>Fills with normal numbers of mean 0 and deviation gain / √fan; see <see cref="KaimingUniform"/>.</summary>
    /// <param name="tensor">The weight to fill, at least two axes.</param>
    /// <param name="slope">The slope below 0 of the leaky ReLU that follows.</param>
    /// <param name="mode">Which fan.</param>
    /// <param name="nonlinearity">What follows; it gives the gain.</param>
    /// <param name="generator">The source of randomness; <see cref="Generator.Default"/> when null.</param>
    /// <returns>The tensor.</returns>
    /// <exception cref="ShapeException">The tensor has fewer than two axes.</exception>
    public static Tensor KaimingNormal(
        Tensor tensor, double slope = 0, FanMode mode = FanMode.FanIn, Nonlinearity nonlinearity = Nonlinearity.LeakyReLU,
        Generator? generator = null) =>
        Normal(tensor, 0, KaimingStd(tensor, slope, mode, nonlinearity, "KaimingNormal"), generator);

    /// <summary>
    /// Fills with a (semi-)orthogonal matrix: the tensor, seen as [first axis, the rest], has orthonormal rows or columns, whichever are
    /// fewer (Saxe, McClelland and Ganguli, "Exact solutions to the nonlinear dynamics of learning in deep linear neural networks", 2013).
    /// </summary>
    /// <param name="tensor">The weight to fill, at least two axes.</param>
    /// <param name="gain">A factor.</param>
    /// <param name="generator">The source of randomness; <see cref="Generator.Default"/> when null.</param>
    /// <returns>The tensor.</returns>
    /// <exception cref="ShapeException">The tensor has fewer than two axes.</exception>
    public static Tensor Orthogonal(Tensor tensor, double gain = 1, Generator? generator = null)
    {
        _ = Fans(tensor, "Orthogonal");
        if (tensor.Count == 0)
        {
            return tensor;
        }

        int rows = tensor.Size(0), columns = (int)(tensor.Count / rows);
        Tensor normals = Tensor.Randn([rows, columns], DType.Float64, generator, tensor.Device);

        // Qr gives orthonormal columns: of the transposed matrix where the rows are fewer.
        bool isWide = rows < columns;
        Tensor orthogonal = Linalg.Qr(isWide ? normals.T : normals).Q;
        return Write(tensor, (isWide ? orthogonal.T : orthogonal).Multiply(gain).Reshape(tensor.Shape));
    }

    /// <summary>The factor by which a layer's starting values should exceed 1/√fan for the function that follows it.</summary>
    /// <param name="nonlinearity">The function.</param>
    /// <param name="slope">The slope below 0 of a leaky ReLU.</param>
    public static double CalculateGain(Nonlinearity nonlinearity, double slope = 0.01)
    {
        OptionChecks.Finite(slope, "Initialize.CalculateGain");
        return OptionChecks.Defined(nonlinearity, "Initialize.CalculateGain") switch
        {
            Nonlinearity.Tanh => 5.0 / 3,
            Nonlinearity.ReLU => Math.Sqrt(2),
            Nonlinearity.LeakyReLU => Math.Sqrt(2 / (1 + (slope * slope))),
            Nonlinearity.SELU => 0.75,
            _ => 1,
        };
    }

    /// <summary>A new parameter, uniform in ±bound.</summary>
    internal static Parameter NewUniform(ReadOnlySpan<int> shape, double bound, DType dtype, Generator? generator)
    {
        using TensorScope.Suspension suspension = TensorScope.Suspend();
        return new Parameter(Tensor.Uniform(-bound, bound, shape, dtype, generator));
    }

    /// <summary>A new parameter of standard normals.</summary>
    internal static Parameter NewNormal(ReadOnlySpan<int> shape, DType dtype, Generator? generator)
    {
        using TensorScope.Suspension suspension = TensorScope.Suspend();
        return new Parameter(Tensor.Empty(shape, dtype).NormalInPlace(generator: generator));
    }

    /// <summary>A new parameter of one number.</summary>
    internal static Parameter NewConstant(ReadOnlySpan<int> shape, double value, DType dtype)
    {
        using TensorScope.Suspension suspension = TensorScope.Suspend();
        return new Parameter(Tensor.Full(shape, value, dtype));
    }

    private static double KaimingStd(Tensor tensor, double slope, FanMode mode, Nonlinearity nonlinearity, string operation)
    {
        (long fanIn, long fanOut) = Fans(tensor, operation);
        return CalculateGain(nonlinearity, slope) / Math.Sqrt(Math.Max(mode == FanMode.FanIn ? fanIn : fanOut, 1));
    }

    private static (long In, long Out) Fans(Tensor tensor, string operation)
    {
        Check(tensor);
        if (tensor.Rank < 2)
        {
            throw new ShapeException($"Initialize.{operation}: needs a weight [out, in, ..] of at least two axes, not a tensor "
                + $"{tensor.Shape}.");
        }

        long field = tensor.Shape[2..].Count;
        return (tensor.Size(1) * field, tensor.Size(0) * field);
    }

    private static void Check(Tensor tensor) => ArgumentNullException.ThrowIfNull(tensor);

    private static Tensor Write(Tensor tensor, Tensor values)
    {
        using GradMode.Region region = GradMode.NoGrad();
        return tensor.CopyFrom(values);
    }
}
