using System.Runtime.CompilerServices;
using DeepLearning.Numerics;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>
    /// Dropout that keeps mean 0 and variance 1 behind <see cref="Selu()"/>: sets each element to SELU's limit −λα with a probability p,
    /// then scales and shifts all: y = a · x + b, a = 1 / √((1 − p)(1 + p λ²α²)), b = a p λα (Klambauer et al., "Self-normalizing neural
    /// networks", 2017).
    /// </summary>
    /// <param name="probability">The probability p, 0 to 1; with 1 all becomes 0.</param>
    /// <param name="training">False returns this tensor as it is.</param>
    /// <param name="generator">The source of randomness; <see cref="Generator.Default"/> when null.</param>
    /// <exception cref="ArgumentOutOfRangeException">The probability is not from 0 to 1.</exception>
    /// <exception cref="DTypeException">This tensor is not of a floating-point type.</exception>
    public Tensor AlphaDropout(double probability = 0.5, bool training = true, Generator? generator = null) =>
        SaturatedDropout.Run(this, Rank, probability, training, generator, "AlphaDropout");

    /// <summary>As <see cref="AlphaDropout"/>, for whole channels of [batch, channels, ..].</summary>
    /// <param name="probability">The probability p, 0 to 1; with 1 all becomes 0.</param>
    /// <param name="training">False returns this tensor as it is.</param>
    /// <param name="generator">The source of randomness; <see cref="Generator.Default"/> when null.</param>
    /// <exception cref="ArgumentOutOfRangeException">The probability is not from 0 to 1.</exception>
    /// <exception cref="DTypeException">This tensor is not of a floating-point type.</exception>
    /// <exception cref="ShapeException">This tensor has fewer than two axes.</exception>
    public Tensor FeatureAlphaDropout(double probability = 0.5, bool training = true, Generator? generator = null) => Rank < 2
        ? throw new ShapeException($"FeatureAlphaDropout: the input is [batch, channels, ..], not {Shape}.")
        : SaturatedDropout.Run(this, 2, probability, training, generator, "FeatureAlphaDropout");
}

/// <summary>Dropout to the lower limit of SELU.</summary>
file static class SaturatedDropout
{
    /// <summary>λα of SELU.</summary>
    private const double Limit = 1.7580993408473766;

    public static Tensor Run(Tensor x, int axes, double probability, bool training, Generator? generator, string operation)
    {
        OptionChecks.Probability(probability, operation);
        ChannelDropout.RequireFloatingPoint(x, operation);
        if (!training || probability == 0)
        {
            return x;
        }

        Tensor mask = ChannelDropout.Mask(x, axes, probability, generator);
        if (probability == 1)
        {
            return x.Map(mask, new AlphaDropoutOp(1, 0, 0));
        }

        double scale = 1 / Math.Sqrt(((Limit * Limit * probability) + 1) * (1 - probability)), shift = scale * Limit * probability;
        return x.Map(mask, new AlphaDropoutOp(scale, shift, shift - (scale * Limit)));
    }
}

/// <summary>a · scale + shift where the mask b is set, a fixed number elsewhere.</summary>
internal readonly struct AlphaDropoutOp(double scale, double shift, double dropped) : IBinaryOp<AlphaDropoutOp>
{
    private readonly double _scale = scale;
    private readonly double _shift = shift;
    private readonly double _dropped = dropped;

    public static bool BackwardNeedsOutput => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public R Forward<R>(R a, R b)
        where R : struct, IReal<R> => R.Select(R.Equal(b, 0.0), _dropped, R.MultiplyAdd(a, _scale, _shift));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R BackwardLeft<R>(in AlphaDropoutOp op, R a, R b, R y, R dy)
        where R : struct, IReal<R> => R.Select(R.Equal(b, 0.0), 0.0, dy * op._scale);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static R BackwardRight<R>(in AlphaDropoutOp op, R a, R b, R y, R dy)
        where R : struct, IReal<R> => 0.0;

    public void Describe(OperationAttributes attributes) =>
        attributes.Add("scale", _scale).Add("shift", _shift).Add("dropped", _dropped);
}
