using System.Runtime.InteropServices;
using DeepLearning.Numerics;

namespace DeepLearning.Tests.Numerics;

/// <summary>The functions of <see cref="IReal{R}"/> by name, over any lanes.</summary>
internal static class NamedFunctions
{
    public static readonly string[] Names =
    [
        "Exp", "Expm1", "Log", "Log1p", "Log2", "Sin", "Cos",
        "Tan", "Asin", "Acos", "Atan", "Sinh", "Cosh", "Tanh",
        "Erf", "Erfc", "ErfInv", "LGamma", "Digamma", "Trigamma",
    ];

    public static R Apply<R>(string name, R x)
        where R : struct, IReal<R> => name switch
        {
            "Exp" => R.Exp(x),
            "Expm1" => R.Expm1(x),
            "Log" => R.Log(x),
            "Log1p" => R.Log1p(x),
            "Log2" => R.Log2(x),
            "Sin" => R.Sin(x),
            "Cos" => R.Cos(x),
            "Tan" => R.Tan(x),
            "Asin" => R.Asin(x),
            "Acos" => R.Acos(x),
            "Atan" => R.Atan(x),
            "Sinh" => R.Sinh(x),
            "Cosh" => R.Cosh(x),
            "Tanh" => R.Tanh(x),
            "Erf" => R.Erf(x),
            "Erfc" => R.Erfc(x),
            "ErfInv" => R.ErfInv(x),
            "LGamma" => R.LGamma(x),
            "Digamma" => R.Digamma(x),
            "Trigamma" => R.Trigamma(x),
            _ => throw new ArgumentOutOfRangeException(nameof(name), name, null),
        };

    public static R Apply<R>(string name, R a, R b)
        where R : struct, IReal<R> => name switch
        {
            "Pow" => R.Pow(a, b),
            "Atan2" => R.Atan2(a, b),
            _ => throw new ArgumentOutOfRangeException(nameof(name), name, null),
        };

    /// <summary>The function of every element; the length is a multiple of the width.</summary>
    public static T[] Map<V, T>(string name, ReadOnlySpan<T> x)
        where V : struct, ILanes<V, T>
        where T : unmanaged
    {
        T[] y = new T[x.Length];
        ref T source = ref MemoryMarshal.GetReference(x);
        for (int i = 0; i < y.Length; i += V.Width)
        {
            Apply(name, V.Load(ref source, (nuint)i)).Store(ref y[0], (nuint)i);
        }

        return y;
    }

    public static double Of(string name, double x) => Apply(name, new Lane<double>(x)).Value;

    public static float Of(string name, float x) => Apply(name, new Lane<float>(x)).Value;
}
