using DeepLearning.Numerics;

namespace DeepLearning;

public partial class Tensor
{
    /// <summary>Sets each element to 0 with a probability p and scales the others by 1 / (1 − p), so that the mean stays.</summary>
    /// <param name="probability">The probability p, 0 to 1.</param>
    /// <param name="training">False returns this tensor as it is.</param>
    /// <param name="generator">The source of randomness; <see cref="Generator.Default"/> when null.</param>
    /// <exception cref="ArgumentOutOfRangeException">The probability is not from 0 to 1.</exception>
    /// <exception cref="DTypeException">This tensor is not of a floating-point type.</exception>
    public Tensor Dropout(double probability = 0.5, bool training = true, Generator? generator = null)
    {
        OptionChecks.Probability(probability, "Dropout");
        if (!DType.IsFloatingPoint())
        {
            throw new DTypeException($"Dropout: needs a floating-point tensor, not {DType.Name()}; convert with To(DType.Float32).");
        }

        if (!training || probability == 0)
        {
            return this;
        }

        if (probability == 1)
        {
            return this * ZerosLike(this);
        }

        Tensor mask = Empty(Shape, DType.Bool, Device).BernoulliInPlace(1 - probability, generator);
        return Map(mask, new DropoutOp(1 / (1 - probability)));
    }
}

/// <summary>a · scale where the mask b is set, 0 elsewhere (also where a is infinite).</summary>
internal readonly struct DropoutOp(double scale) : IBinaryOp<DropoutOp>
{
    private readonly double _scale = scale;

    public static Domain Domain => Domain.AnyNumber;

    public static bool BackwardNeedsOutput => false;

    public R Forward<R>(R a, R b)
        where R : struct, IReal<R> => R.Select(R.Equal(b, 0.0), 0.0, a * _scale);

    public static R BackwardLeft<R>(in DropoutOp op, R a, R b, R y, R dy)
        where R : struct, IReal<R> => R.Select(R.Equal(b, 0.0), 0.0, dy * op._scale);

    public static R BackwardRight<R>(in DropoutOp op, R a, R b, R y, R dy)
        where R : struct, IReal<R> => 0.0;

    public void Describe(OperationAttributes attributes) => attributes.Add("scale", _scale);
}
