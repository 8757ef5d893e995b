using System.Runtime.CompilerServices;

namespace DeepLearning;

/// <summary>
/// What the numbers must be that layers, losses and operations are told, as errors that name whom they are told to, the argument and its
/// range. NaN is in no range; <see cref="ArgumentOutOfRangeException"/>'s own checks let it pass, by its sign.
/// </summary>
internal static class OptionChecks
{
    /// <summary>A whole number, not below the least one.</summary>
    public static int AtLeast(int value, int least, string owner, [CallerArgumentExpression(nameof(value))] string? name = null) =>
        value >= least ? value : throw Refused(value, $"{least} or more", owner, name);

    /// <summary>As <see cref="AtLeast(int, int, string, string?)"/>.</summary>
    public static long AtLeast(long value, long least, string owner, [CallerArgumentExpression(nameof(value))] string? name = null) =>
        value >= least ? value : throw Refused(value, $"{least} or more", owner, name);

    /// <summary>A whole number that another one bounds.</summary>
    public static int Below(
        int value, int bound, string owner, [CallerArgumentExpression(nameof(value))] string? name = null,
        [CallerArgumentExpression(nameof(bound))] string? boundName = null) =>
        value < bound ? value : throw Refused(value, FormattableString.Invariant($"less than {boundName}, {bound}"), owner, name);

    /// <summary>0 or more; may be infinite.</summary>
    public static double NotNegative(double value, string owner, [CallerArgumentExpression(nameof(value))] string? name = null) =>
        value >= 0 ? value : throw Refused(value, "0 or more", owner, name);

    /// <summary>Above 0; may be infinite.</summary>
    public static double Positive(double value, string owner, [CallerArgumentExpression(nameof(value))] string? name = null) =>
        value > 0 ? value : throw Refused(value, "above 0", owner, name);

    /// <summary>From 0 to 1.</summary>
    public static double Probability(double value, string owner, [CallerArgumentExpression(nameof(value))] string? name = null) =>
        value is >= 0 and <= 1 ? value : throw Refused(value, "a probability, from 0 to 1", owner, name);

    /// <summary>What a normalization adds to a variance: 0 or more, and finite.</summary>
    public static double Eps(double value, string owner, [CallerArgumentExpression(nameof(value))] string? name = null) =>
        value >= 0 && double.IsFinite(value)
            ? value
            : throw Refused(value, "0 or more, and finite: it is added to a variance", owner, name);

    /// <summary>Any number but NaN and the infinities.</summary>
    public static double Finite(double value, string owner, [CallerArgumentExpression(nameof(value))] string? name = null) =>
        double.IsFinite(value) ? value : throw Refused(value, "a finite number", owner, name);

    /// <summary>Any number but NaN and the infinities, or null.</summary>
    public static double? Finite(double? value, string owner, [CallerArgumentExpression(nameof(value))] string? name = null) =>
        value is { } number ? Finite(number, owner, name) : null;

    /// <summary>A finite number that is divided by.</summary>
    public static double Divisor(double value, string owner, [CallerArgumentExpression(nameof(value))] string? name = null) =>
        double.IsFinite(value) && value != 0
            ? value
            : throw Refused(value, "a finite number other than 0, which divides", owner, name);

    /// <summary>Any number, the infinities too, but NaN.</summary>
    public static double NotNaN(double value, string owner, [CallerArgumentExpression(nameof(value))] string? name = null) =>
        !double.IsNaN(value) ? value : throw Refused(value, "a number", owner, name);

    /// <summary>One of the values of its enumeration.</summary>
    public static T Defined<T>(T value, string owner, [CallerArgumentExpression(nameof(value))] string? name = null)
        where T : struct, Enum => Enum.IsDefined(value) ? value : throw Refused(value, string.Join(", ", Enum.GetNames<T>()), owner, name);

    /// <summary>A type that parameters can have.</summary>
    public static DType Floating(DType dtype, string owner, [CallerArgumentExpression(nameof(dtype))] string? name = null) =>
        dtype is DType.Float64 or DType.Float32 or DType.Float16 or DType.BFloat16
            ? dtype
            : throw new DTypeException($"{owner}: {NameIn(name!)} is {dtype}; parameters are of a floating-point type.");

    /// <summary>An error about an argument of the caller's caller.</summary>
    public static ArgumentException Wrong(string message, string name) => new(message, name);

    private static ArgumentOutOfRangeException Refused<T>(T value, string range, string owner, string? expression)
    {
        string name = NameIn(expression!);
        return new(name, value, FormattableString.Invariant($"{owner}: {name} is {value}; it must be {range}."));
    }

    /// <summary>The name that stands in an expression such as "options.Dropout" or "decay ?? 0".</summary>
    private static string NameIn(string expression)
    {
        string first = expression.Split(' ')[0];
        return first[(first.LastIndexOf('.') + 1)..];
    }
}
