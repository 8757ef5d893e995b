using System.Globalization;
using DeepLearning.Numerics;

namespace DeepLearning.Tests.Numerics;

/// <summary>The errors that the documentation of <see cref="IReal{R}"/> states, against values in 40 digits and against double.</summary>
[Trait("Rerun", "Simd")]
public class FunctionAccuracyTests
{
    /// <summary>The largest error in double, then in float, in units of the last place of the true value.</summary>
    public static TheoryData<string, double, double> Bounds => new()
    {
        { "Exp", 1.2, 1 },
        { "Expm1", 2, 1.6 },
        { "Log", 1, 0.8 },
        { "Log1p", 1, 0.8 },
        { "Log2", 1, 1.1 },
        { "Sin", 2.2, 1.6 },
        { "Cos", 2.2, 1.7 },
        { "Tan", 2.5, 0.51 },
        { "Asin", 1.3, 0.51 },
        { "Acos", 1.3, 0.51 },
        { "Atan", 2, 0.51 },
        { "Sinh", 2, 1.6 },
        { "Cosh", 2, 1.6 },
        { "Tanh", 2.5, 2.4 },
        { "Erf", 1.2, 1.1 },
        { "Erfc", 4, 0.51 },
        { "ErfInv", 7, 0.51 },
        { "LGamma", 10, 0.51 },
        { "Digamma", 6, 0.51 },
        { "Trigamma", 6, 0.51 },
    };

    [Theory]
    [MemberData(nameof(Bounds))]
    public void Double_stays_within_its_bound(string function, double bound, double boundOfFloat)
    {
        Assert.True(boundOfFloat > 0.5);
        foreach (double[] row in Reference(function))
        {
            // Between its zeros and poles ln |Γ| and ψ below 0 are differences of larger numbers; so is ψ around its zero.
            bool difference = function is "Digamma" || (function is "LGamma" && row[0] < 0.0);
            double unit = Ulp(difference ? Math.Max(Math.Abs(row[1]), 4.0) : row[1]);
            double y = NamedFunctions.Of(function, row[0]);
            double error = Math.Abs(y - row[1]) / unit;
            Assert.True(error <= bound, $"{function}({row[0]:R}) = {y:R}, not {row[1]:R}: {error} ulp");
        }
    }

    [Theory]
    [MemberData(nameof(Bounds))]
    public void Float_stays_within_its_bound_of_double_for_arguments_of_every_size(string function, double boundOfDouble, double bound)
    {
        Assert.True(boundOfDouble >= 1.0);
        // Beside them those of the reference, which surround the thresholds between one formula and the next.
        float[] x = [.. EveryMagnitude(1 << 14), .. Reference(function).Select(static row => (float)row[0])];
        Array.Resize(ref x, x.Length / 4 * 4);
        float[] y = NamedFunctions.Map<Lanes128<float>, float>(function, x);
        for (int i = 0; i < x.Length; i++)
        {
            double expected = NamedFunctions.Of(function, (double)x[i]);
            if (double.IsNaN(expected) || (float)expected == y[i])
            {
                Assert.Equal(double.IsNaN(expected), float.IsNaN(y[i]));
                continue;
            }

            double error = Math.Abs(y[i] - expected) / UlpOfFloat(expected);
            Assert.True(error <= bound, $"{function}({x[i]:R}) = {y[i]:R}, not {expected:R}: {error} ulp");
        }
    }

    [Theory]
    [InlineData("Pow", 2)]
    [InlineData("Atan2", 2.2)]
    public void Functions_of_two_numbers_stay_within_their_bound(string function, double bound)
    {
        foreach (double[] row in Reference(function))
        {
            double y = NamedFunctions.Apply(function, new Lane<double>(row[0]), new Lane<double>(row[1])).Value;
            Assert.True(Math.Abs(y - row[2]) <= bound * Ulp(row[2]), $"{function}({row[0]:R}, {row[1]:R}) = {y:R}, not {row[2]:R}");
            float single = NamedFunctions.Apply(function, new Lane<float>((float)row[0]), new Lane<float>((float)row[1])).Value;
            double expected = NamedFunctions.Apply(function, new Lane<double>((float)row[0]), new Lane<double>((float)row[1])).Value;
            Assert.Equal((float)expected, single);
        }
    }

    [Theory]
    [InlineData("Pow")]
    [InlineData("Atan2")]
    public void Functions_of_two_numbers_treat_special_arguments_as_IEEE_754_asks(string function)
    {
        double[] special =
        [
            0.0, -0.0, 1.0, -1.0, 2.0, -2.0, 0.5, -0.5, 3.0, -3.0, double.PositiveInfinity, double.NegativeInfinity, double.NaN,
            1e300, -1e300, double.Epsilon, -double.Epsilon, 1e17, 4503599627370497.0,
        ];
        foreach (double a in special)
        {
            foreach (double b in special)
            {
                double y = NamedFunctions.Apply(function, new Lane<double>(a), new Lane<double>(b)).Value;
                double expected = function == "Pow" ? Math.Pow(a, b) : Math.Atan2(a, b);
                bool same = expected.Equals(y) && (double.IsNaN(y) || double.IsNegative(y) == double.IsNegative(expected));
                Assert.True(same || Math.Abs(y - expected) <= Ulp(expected), $"{function}({a}, {b}) = {y}, not {expected}");
            }
        }
    }

    [Theory]
    [InlineData("Exp", "1 1 Inf 0 NaN")]
    [InlineData("Expm1", "0 -0 Inf -1 NaN")]
    [InlineData("Log", "-Inf -Inf Inf NaN NaN")]
    [InlineData("Log1p", "0 -0 Inf NaN NaN")]
    [InlineData("Log2", "-Inf -Inf Inf NaN NaN")]
    [InlineData("Sin", "0 -0 NaN NaN NaN")]
    [InlineData("Cos", "1 1 NaN NaN NaN")]
    [InlineData("Tan", "0 -0 NaN NaN NaN")]
    [InlineData("Asin", "0 -0 NaN NaN NaN")]
    [InlineData("Atan", "0 -0 1.5707963267948966 -1.5707963267948966 NaN")]
    [InlineData("Sinh", "0 -0 Inf -Inf NaN")]
    [InlineData("Cosh", "1 1 Inf Inf NaN")]
    [InlineData("Tanh", "0 -0 1 -1 NaN")]
    [InlineData("Erf", "0 -0 1 -1 NaN")]
    [InlineData("Erfc", "1 1 0 2 NaN")]
    [InlineData("ErfInv", "0 -0 NaN NaN NaN")]
    [InlineData("LGamma", "Inf Inf Inf Inf NaN")]
    [InlineData("Digamma", "-Inf Inf Inf NaN NaN")]
    [InlineData("Trigamma", "Inf Inf 0 NaN NaN")]
    public void Zeros_infinities_and_NaN_give_the_limits(string function, string expected)
    {
        double[] arguments = [0.0, -0.0, double.PositiveInfinity, double.NegativeInfinity, double.NaN];
        double[] values = [.. expected.Split(' ').Select(Parse)];
        for (int i = 0; i < values.Length; i++)
        {
            double y = NamedFunctions.Of(function, arguments[i]);
            float single = NamedFunctions.Of(function, (float)arguments[i]);
            Assert.Equal(values[i], y);
            Assert.Equal((float)values[i], single);
            Assert.True(double.IsNaN(y) || double.IsNegative(y) == double.IsNegative(values[i]), $"the sign of {function}({arguments[i]})");
            Assert.True(float.IsNaN(single) || float.IsNegative(single) == double.IsNegative(values[i]), $"the sign in float");
        }
    }

    private static double Parse(string text) => text switch
    {
        "Inf" => double.PositiveInfinity,
        "-Inf" => double.NegativeInfinity,
        _ => double.Parse(text, CultureInfo.InvariantCulture),
    };

    private static IEnumerable<double[]> Reference(string function)
    {
        using StreamReader reader = new(typeof(FunctionAccuracyTests).Assembly.GetManifestResourceStream("Numerics/reference.tsv")!);
        while (reader.ReadLine() is { } line)
        {
            string[] cells = line.Split('\t');
            if (cells[0] == function)
            {
                yield return [.. cells.Skip(1).Select(FromHexadecimal)];
            }
        }
    }

    /// <summary>A number as Python writes it: -0x1.8p+3.</summary>
    private static double FromHexadecimal(string text)
    {
        bool negative = text[0] == '-';
        string[] parts = text[(negative ? 3 : 2)..].Split('p');
        long digits = long.Parse(parts[0].Replace(".", "", StringComparison.Ordinal), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        int places = parts[0].Contains('.', StringComparison.Ordinal) ? parts[0].Length - 2 : 0;
        double value = Math.ScaleB(digits, int.Parse(parts[1], CultureInfo.InvariantCulture) - (4 * places));
        return negative ? -value : value;
    }

    /// <summary>Numbers whose bits are evenly spread, the low ones scrambled.</summary>
    private static float[] EveryMagnitude(int count)
    {
        float[] numbers = new float[count];
        for (int i = 0; i < count; i++)
        {
            uint bits = (uint)(((ulong)i << 32) / (ulong)count) + ((uint)i * 7919 % 65536);
            numbers[i] = BitConverter.UInt32BitsToSingle(bits);
        }

        return numbers;
    }

    private static double Ulp(double value) => Math.BitIncrement(Math.Abs(value)) - Math.Abs(value);

    private static double UlpOfFloat(double value)
    {
        float size = Math.Min(Math.Abs((float)value), float.MaxValue);
        return size == float.MaxValue ? Math.ScaleB(1.0, 104) : (double)MathF.BitIncrement(size) - size;
    }
}
