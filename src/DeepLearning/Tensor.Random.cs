namespace DeepLearning;

public partial class Tensor
{
    /// <summary>Random numbers uniform in [0, 1), float32, from <see cref="Generator.Default"/>.</summary>
    /// <param name="shape">The lengths.</param>
    public static Tensor Rand(params ReadOnlySpan<int> shape) => Uniform(0, 1, shape);

    /// <summary>Random numbers uniform in [0, 1).</summary>
    /// <param name="shape">The lengths.</param>
    /// <param name="dtype">The element type, a floating-point type.</param>
    /// <param name="generator">The source of randomness; <see cref="Generator.Default"/> when null.</param>
    /// <param name="device">The device; the processor when null.</param>
    /// <exception cref="DTypeException">The type is not a floating-point type.</exception>
    public static Tensor Rand(
        ReadOnlySpan<int> shape, DType dtype = DType.Float32, Generator? generator = null, Device? device = null) =>
        Uniform(0, 1, shape, dtype, generator, device);

    /// <summary>Random numbers uniform in [low, high).</summary>
    /// <param name="low">The lower end.</param>
    /// <param name="high">The upper end, not included.</param>
    /// <param name="shape">The lengths.</param>
    /// <param name="dtype">The element type, a floating-point type.</param>
    /// <param name="generator">The source of randomness; <see cref="Generator.Default"/> when null.</param>
    /// <param name="device">The device; the processor when null.</param>
    /// <exception cref="DTypeException">The type is not a floating-point type.</exception>
    /// <exception cref="ArgumentException">The upper end is below the lower.</exception>
    public static Tensor Uniform(
        double low, double high, ReadOnlySpan<int> shape, DType dtype = DType.Float32, Generator? generator = null,
        Device? device = null) =>
        Empty(shape, dtype, device).UniformInPlace(low, high, generator);

    /// <summary>Random numbers from the standard normal distribution, float32, from <see cref="Generator.Default"/>.</summary>
    /// <param name="shape">The lengths.</param>
    public static Tensor Randn(params ReadOnlySpan<int> shape) => Normal(0, 1, shape);

    /// <summary>Random numbers from the standard normal distribution.</summary>
    /// <param name="shape">The lengths.</param>
    /// <param name="dtype">The element type, a floating-point type.</param>
    /// <param name="generator">The source of randomness; <see cref="Generator.Default"/> when null.</param>
    /// <param name="device">The device; the processor when null.</param>
    /// <exception cref="DTypeException">The type is not a floating-point type.</exception>
    public static Tensor Randn(
        ReadOnlySpan<int> shape, DType dtype = DType.Float32, Generator? generator = null, Device? device = null) =>
        Normal(0, 1, shape, dtype, generator, device);

    /// <summary>Random numbers from a normal distribution.</summary>
    /// <param name="mean">The mean.</param>
    /// <param name="std">The standard deviation.</param>
    /// <param name="shape">The lengths.</param>
    /// <param name="dtype">The element type, a floating-point type.</param>
    /// <param name="generator">The source of randomness; <see cref="Generator.Default"/> when null.</param>
    /// <param name="device">The device; the processor when null.</param>
    /// <exception cref="DTypeException">The type is not a floating-point type.</exception>
    /// <exception cref="ArgumentException">The standard deviation is negative.</exception>
    public static Tensor Normal(
        double mean, double std, ReadOnlySpan<int> shape, DType dtype = DType.Float32, Generator? generator = null,
        Device? device = null) =>
        Empty(shape, dtype, device).NormalInPlace(mean, std, generator);

    /// <summary>Random numbers, each from a normal distribution of its own; gradients flow to both tensors.</summary>
    /// <param name="mean">The means.</param>
    /// <param name="std">The standard deviations, of a shape that broadcasts with the means.</param>
    /// <param name="generator">The source of randomness; <see cref="Generator.Default"/> when null.</param>
    /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
    public static Tensor Normal(Tensor mean, Tensor std, Generator? generator = null)
    {
        ArgumentNullException.ThrowIfNull(mean);
        ArgumentNullException.ThrowIfNull(std);
        DType dtype = DTypes.ResultOf(mean, std);
        int[] shape = Shape.Broadcast(mean.Shape, std.Shape, "Normal");
        Tensor noise = Randn(shape, dtype.IsFloatingPoint() ? dtype : DType.Float32, generator, mean.Device);
        return mean + (std * noise);
    }

    /// <summary>Random integers uniform in [0, high).</summary>
    /// <param name="high">The upper end, not included.</param>
    /// <param name="shape">The lengths.</param>
    /// <param name="dtype">The element type.</param>
    /// <param name="generator">The source of randomness; <see cref="Generator.Default"/> when null.</param>
    /// <param name="device">The device; the processor when null.</param>
    /// <exception cref="ArgumentException">The upper end is not above 0.</exception>
    /// <exception cref="DTypeException">The element type is an integer type that does not hold all of the integers.</exception>
    public static Tensor RandInt(
        long high, ReadOnlySpan<int> shape, DType dtype = DType.Int64, Generator? generator = null, Device? device = null) =>
        RandInt(0, high, shape, dtype, generator, device);

    /// <summary>Random integers uniform in [low, high).</summary>
    /// <param name="low">The lower end.</param>
    /// <param name="high">The upper end, not included.</param>
    /// <param name="shape">The lengths.</param>
    /// <param name="dtype">The element type.</param>
    /// <param name="generator">The source of randomness; <see cref="Generator.Default"/> when null.</param>
    /// <param name="device">The device; the processor when null.</param>
    /// <exception cref="ArgumentException">The upper end is not above the lower.</exception>
    /// <exception cref="DTypeException">The element type is an integer type that does not hold all of the integers.</exception>
    public static Tensor RandInt(
        long low, long high, ReadOnlySpan<int> shape, DType dtype = DType.Int64, Generator? generator = null, Device? device = null) =>
        Empty(shape, dtype, device).RandomInPlace(low, high, generator);

    /// <summary>The integers 0 … count − 1 in random order, every order equally likely.</summary>
    /// <param name="count">How many.</param>
    /// <param name="dtype">The element type.</param>
    /// <param name="generator">The source of randomness; <see cref="Generator.Default"/> when null.</param>
    /// <param name="device">The device; the processor when null.</param>
    /// <exception cref="ShapeException">The number is negative.</exception>
    /// <exception cref="DTypeException">The type does not hold so many different integers.</exception>
    public static Tensor RandPerm(int count, DType dtype = DType.Int64, Generator? generator = null, Device? device = null)
    {
        dtype.CheckHolds(Math.Max(count - 1, 0), "RandPerm");
        // The first integer that is not told from the next one.
        long different = dtype switch
        {
            DType.Float64 => (1L << 53) + 1,
            DType.Float32 => (1 << 24) + 1,
            DType.Float16 => (1 << 11) + 1,
            DType.BFloat16 => (1 << 8) + 1,
            DType.Bool => 2,
            DType.UInt8 or DType.Int32 or DType.Int64 => int.MaxValue,
            _ => throw new DTypeException($"RandPerm: not defined for {dtype.Name()}."),
        };
        if (count > different)
        {
            throw new DTypeException($"RandPerm: {dtype.Name()} tells only {different} integers from 0 on apart, not {count}; use int64.");
        }

        Tensor result = Empty([count], dtype, device);
        return result.Backend.TryPermutation(result, generator ?? Generator.Default)
            ? Recording.Made(new NamedOperation("RandPerm"), result)
            : RandPerm(count, dtype, generator, Device.Cpu).To(result.Device);
    }

    /// <summary>Random numbers uniform in [0, 1), of another tensor's shape, type and device.</summary>
    /// <param name="like">The other tensor.</param>
    /// <param name="generator">The source of randomness; <see cref="Generator.Default"/> when null.</param>
    public static Tensor RandLike(Tensor like, Generator? generator = null) => EmptyLike(like).UniformInPlace(generator: generator);

    /// <summary>Standard normal random numbers of another tensor's shape, type and device.</summary>
    /// <param name="like">The other tensor.</param>
    /// <param name="generator">The source of randomness; <see cref="Generator.Default"/> when null.</param>
    public static Tensor RandnLike(Tensor like, Generator? generator = null) => EmptyLike(like).NormalInPlace(generator: generator);

    /// <summary>Random integers uniform in [low, high), of another tensor's shape, type and device.</summary>
    /// <param name="like">The other tensor.</param>
    /// <param name="low">The lower end.</param>
    /// <param name="high">The upper end, not included.</param>
    /// <param name="generator">The source of randomness; <see cref="Generator.Default"/> when null.</param>
    /// <exception cref="ArgumentException">The upper end is not above the lower.</exception>
    /// <exception cref="DTypeException">The element type is an integer type that does not hold all of the integers.</exception>
    public static Tensor RandIntLike(Tensor like, long low, long high, Generator? generator = null) =>
        EmptyLike(like).RandomInPlace(low, high, generator);
}

internal abstract partial class Backend
{
    /// <summary>0 … count − 1 in random order, into a vector; false where the host is to draw.</summary>
    public virtual bool TryPermutation(Tensor y, Generator generator) => false;
}
