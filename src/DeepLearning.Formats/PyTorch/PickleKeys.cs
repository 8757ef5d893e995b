using System.Globalization;
using System.Numerics;

namespace DeepLearning.Formats;

/// <summary>What may be a key of a dictionary or an element of a set, and when two are equal: as in Python.</summary>
internal static class PickleKeys
{
    /// <summary>The longest tuple that may be a key.</summary>
    public const int LongestTuple = 64;

    public static IEqualityComparer<object> Comparer { get; } = new PythonEquality();

    public static bool IsKey(object? key) =>
        IsScalar(key) || (key is object?[] { Length: <= LongestTuple } tuple && Array.TrueForAll(tuple, IsScalar));

    public static string Format(object key) => key switch
    {
        string text => FileContext.Quote(text),
        object?[] tuple => $"({string.Join(", ", tuple.Select(static item => Format(item!)))})",
        BigInteger => "a whole number beyond 64 bits",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => key.ToString() ?? "",
    };

    private static bool IsScalar(object? key) => key is string or long or double or bool or BigInteger;

    private sealed class PythonEquality : IEqualityComparer<object>
    {
        public new bool Equals(object? x, object? y) => x is object?[] a && y is object?[] b
            ? a.Length == b.Length && a.Zip(b).All(pair => Normal(pair.First).Equals(Normal(pair.Second)))
            : x is not object?[] && y is not object?[] && Normal(x).Equals(Normal(y));

        // HashCode is seeded by the process, so that nobody can choose keys that collide.
        public int GetHashCode(object key)
        {
            HashCode hash = default;
            if (key is object?[] tuple)
            {
                foreach (object? item in tuple)
                {
                    hash.Add(Normal(item));
                }
            }
            else
            {
                hash.Add(Normal(key));
            }

            return hash.ToHashCode();
        }

        /// <summary>One form for all numbers of a value. A long's own hash folds its halves: spread before HashCode sees it.</summary>
        private static object Normal(object? key) => key switch
        {
            bool truth => Spread(truth ? 1 : 0),
            byte or sbyte or short or ushort or int or uint => Spread(Convert.ToInt64(key, CultureInfo.InvariantCulture)),
            long whole => Spread(whole),
            float number => Normal((double)number),
            double number when Math.Abs(number) < long.MaxValue && Math.Truncate(number) == number => Spread((long)number),
            _ => key ?? "",
        };

        private static (int Upper, uint Lower) Spread(long number) => ((int)(number >> 32), (uint)number);
    }
}
