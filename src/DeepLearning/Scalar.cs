using System.Globalization;

namespace DeepLearning;

/// <summary>
/// A number given to a tensor operation. Its kind (bool, integer, floating point) takes part in type promotion after all tensors:
/// an integer tensor plus 2 stays integer, plus 2.0 becomes float32.
/// </summary>
public readonly struct Scalar : IEquatable<Scalar>
{
    private readonly double _real;
    private readonly long _integer;

    private Scalar(double real, long integer, DType dtype)
    {
        _real = real;
        _integer = integer;
        DType = dtype;
    }

    /// <summary>float32 for a floating-point number (the default float type), int64 for an integer, bool for a truth value.</summary>
    public DType DType { get; }

    /// <summary>The value as a double.</summary>
    public double ToDouble() => _real;

    /// <summary>The value as an integer, truncated toward zero.</summary>
    public long ToInt64() => _integer;

    /// <summary>A floating-point number.</summary>
    /// <param name="value">The number.</param>
    public static implicit operator Scalar(double value) => new(value, (long)value, DType.Float32);

    /// <summary>An integer.</summary>
    /// <param name="value">The number.</param>
    public static implicit operator Scalar(int value) => new(value, value, DType.Int64);

    /// <summary>An integer.</summary>
    /// <param name="value">The number.</param>
    public static implicit operator Scalar(long value) => new(value, value, DType.Int64);

    /// <summary>A truth value.</summary>
    /// <param name="value">The value.</param>
    public static implicit operator Scalar(bool value) => new(value ? 1 : 0, value ? 1 : 0, DType.Bool);

    /// <summary>Same value and same kind.</summary>
    /// <param name="a">One number.</param>
    /// <param name="b">The other.</param>
    public static bool operator ==(Scalar a, Scalar b) => a.Equals(b);

    /// <summary>Different value or kind.</summary>
    /// <param name="a">One number.</param>
    /// <param name="b">The other.</param>
    public static bool operator !=(Scalar a, Scalar b) => !a.Equals(b);

    /// <inheritdoc/>
    public bool Equals(Scalar other) => DType == other.DType && _integer == other._integer && _real.Equals(other._real);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Scalar other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_real, _integer, DType);

    /// <inheritdoc/>
    public override string ToString() => DType switch
    {
        DType.Bool => _integer != 0 ? "true" : "false",
        DType.Int64 => _integer.ToString(CultureInfo.InvariantCulture),
        DType.Float32 => _real.ToString(CultureInfo.InvariantCulture),
        _ => throw DTypes.Unsupported(DType),
    };
}
