namespace DeepLearning.Tests.Gpu.Formulas;

/// <summary>Arguments of formulas: all pairs of special values, then random ones; the further operands in other orders.</summary>
internal static class FormulaValues
{
    public const int Count = 700;

    private static readonly double[] s_specials =
    [
        0, -0.0, 1, -1, 0.5, -0.5, 2, 3, -3, 88.5, -104, 1e-8, -1e-8, double.PositiveInfinity, double.NegativeInfinity, double.NaN,
        32768, 134217728, -1e10,
    ];

    private static readonly double[] s_floats = [1e-45, -1e-38, 1.17549435e-38, float.MaxValue, -float.MaxValue, 1e30];

    private static readonly double[] s_doubles = [5e-324, -1e-310, 2.2250738585072014e-308, double.MaxValue, -double.MaxValue, 1e300];

    public static float[][] Floats { get; } =
        [.. Operands(s_floats, 1e38).Select(static operand => Array.ConvertAll(operand, static x => (float)x))];

    public static double[][] Doubles { get; } = Operands(s_doubles, 1e300);

    public static T[][] Integers<T>(T least, T greatest, Func<double, T> convert)
    {
        Random random = new(3);
        T[] specials = [least, greatest, convert(0), convert(1), convert(2), convert(3), convert(7), convert(100)];
        return
        [
            .. Enumerable.Range(0, 5).Select(k => Enumerable.Range(0, Count).Select(i => i < 64
                ? specials[k == 0 ? i / 8 : k == 1 ? i % 8 : (i + k) % 8]
                : convert((random.NextDouble() - 0.5) * Math.Pow(10, random.Next(1, 6)))).ToArray()),
        ];
    }

    private static double[][] Operands(double[] ends, double large)
    {
        Random random = new(5);
        double[] specials = [.. s_specials, .. ends];
        int pairs = specials.Length * specials.Length;
        double[][] operands = new double[5][];
        for (int k = 0; k < operands.Length; k++)
        {
            operands[k] = new double[Count];
            for (int i = 0; i < Count; i++)
            {
                operands[k][i] = i < pairs && i < Count - 75
                    ? specials[k == 0 ? i / specials.Length : k == 1 ? i % specials.Length : ((i * 7) + (k * 3)) % specials.Length]
                    : i % 5 == 0 ? (random.NextDouble() - 0.5) * large
                    : i % 5 == 1 ? (random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-12, 12)) : (random.NextDouble() * 8) - 4;
            }
        }

        return operands;
    }
}
