namespace DeepLearning.Tests.Golden;

internal static class ElementwiseBindings
{
    public static readonly Dictionary<string, GoldenBinding> Table = new()
    {
        ["exp"] = c => [c[0].Exp()],
        ["expm1"] = c => [c[0].Expm1()],
        ["log"] = c => [c[0].Log()],
        ["log1p"] = c => [c[0].Log1p()],
        ["log2"] = c => [c[0].Log2()],
        ["log10"] = c => [c[0].Log10()],
        ["sqrt"] = c => [c[0].Sqrt()],
        ["rsqrt"] = c => [c[0].Rsqrt()],
        ["square"] = c => [c[0].Square()],
        ["reciprocal"] = c => [c[0].Reciprocal()],
        ["neg"] = c => [-c[0]],
        ["sin"] = c => [c[0].Sin()],
        ["cos"] = c => [c[0].Cos()],
        ["tan"] = c => [c[0].Tan()],
        ["asin"] = c => [c[0].Asin()],
        ["acos"] = c => [c[0].Acos()],
        ["atan"] = c => [c[0].Atan()],
        ["sinh"] = c => [c[0].Sinh()],
        ["cosh"] = c => [c[0].Cosh()],
        ["tanh"] = c => [c[0].Tanh()],
        ["erf"] = c => [c[0].Erf()],
        ["erfc"] = c => [c[0].Erfc()],
        ["erfinv"] = c => [c[0].ErfInv()],
        ["sigmoid"] = c => [c[0].Sigmoid()],
        ["lgamma"] = c => [c[0].LGamma()],
        ["digamma"] = c => [c[0].Digamma()],
        ["abs"] = c => [c[0].Abs()],
        ["sign"] = c => [c[0].Sign()],
        ["floor"] = c => [c[0].Floor()],
        ["ceil"] = c => [c[0].Ceil()],
        ["round"] = c => [c[0].Round()],
        ["trunc"] = c => [c[0].Trunc()],
        ["frac"] = c => [c[0].Frac()],
        ["isnan"] = c => [c[0].IsNaN()],
        ["logical_not"] = c => [c[0].LogicalNot()],
        ["to"] = c => [c[0].To(c.DType("dtype"))],
    };
}
