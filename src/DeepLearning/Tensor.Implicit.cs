namespace DeepLearning;

public partial class Tensor
{
    /// <summary>
    /// A number as a zero-dimensional float64 tensor, so that <c>x[0] = 0.1</c> and <c>Where(mask, x, 0.0)</c> work: with tensors that have
    /// axes it takes their type.
    /// </summary>
    /// <param name="value">The number.</param>
    public static implicit operator Tensor(double value) => FromScalar(value, DType.Float64);

    /// <summary>A number as a zero-dimensional float32 tensor.</summary>
    /// <param name="value">The number.</param>
    public static implicit operator Tensor(float value) => FromScalar(value, DType.Float32);

    /// <summary>An integer as a zero-dimensional int64 tensor.</summary>
    /// <param name="value">The number.</param>
    public static implicit operator Tensor(int value) => FromScalar(value, DType.Int64);

    /// <summary>An integer as a zero-dimensional int64 tensor.</summary>
    /// <param name="value">The number.</param>
    public static implicit operator Tensor(long value) => FromScalar(value, DType.Int64);

    /// <summary>A truth value as a zero-dimensional bool tensor.</summary>
    /// <param name="value">The value.</param>
    public static implicit operator Tensor(bool value) => FromScalar(value, DType.Bool);

    /// <summary>A number as a zero-dimensional tensor. (Also what makes a number prefer parameters of type <see cref="Scalar"/>.)</summary>
    /// <param name="value">The number.</param>
    public static implicit operator Tensor(Scalar value) =>
        FromScalar(value, value.DType.IsFloatingPoint() ? DType.Float64 : value.DType);
}
