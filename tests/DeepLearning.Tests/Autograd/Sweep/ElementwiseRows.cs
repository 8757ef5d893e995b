using DeepLearning.Numerics;
using DeepLearning.Tests.Infrastructure;

namespace DeepLearning.Tests.AutogradTests.Sweep;

/// <summary>The elementwise operations, each in its domain.</summary>
internal static class ElementwiseRows
{
    private static readonly Tensor s_mask = Tensor.From([true, false, true]);

    public static readonly SweepRow[] Unary =
    [
        One("Abs", Draw.Real, static x => x.Abs()),
        One("Acos", Draw.Unit, static x => x.Acos()),
        One("Acosh", Draw.AboveOne, static x => x.Acosh()),
        One("Add:number", Draw.Real, static x => x.Add(2.5)),
        One("Asin", Draw.Unit, static x => x.Asin()),
        One("Asinh", Draw.Real, static x => x.Asinh()),
        One("Atan", Draw.Real, static x => x.Atan()),
        One("Atanh", Draw.Unit, static x => x.Atanh()),
        One("Celu", Draw.Real, static x => x.Celu(0.7)),
        One("Clamp:numbers", Draw.Real, static x => x.Clamp(-1, 1.5)),
        One("Clamp:minimum", Draw.Real, static x => x.Clamp(min: 0)),
        One("Clone", Draw.Real, static x => x.Clone()),
        One("Contiguous", Draw.Real, static x => x.Contiguous()),
        One("Cos", Draw.Real, static x => x.Cos()),
        One("Cosh", Draw.Real, static x => x.Cosh()),
        One("Deg2Rad", Draw.Real, static x => x.Deg2Rad()),
        One("Digamma", Draw.Positive, static x => x.Digamma()),
        One("Digamma:negative", Draw.Real, static x => x.Digamma()),
        One("Divide:number", Draw.Real, static x => x.Divide(-1.7)),
        One("Elu", Draw.Real, static x => x.Elu(0.7)),
        One("Erf", Draw.Real, static x => x.Erf()),
        One("ErfInv", Draw.Unit, static x => x.ErfInv()),
        One("Erfc", Draw.Real, static x => x.Erfc()),
        One("Exp", Draw.Real, static x => x.Exp()),
        One("Exp2", Draw.Real, static x => x.Exp2()),
        One("Expm1", Draw.Real, static x => x.Expm1()),
        One("Frac", Draw.Real, static x => x.Frac()),
        One("Fmod:number", Draw.Real, static x => x.Fmod(0.5)),
        One("Gelu", Draw.Real, static x => x.Gelu()),
        One("Gelu:tanh", Draw.Real, static x => x.Gelu(approximate: true)),
        One("Hardshrink", Draw.Real, static x => x.Hardshrink()),
        One("Hardsigmoid", Draw.Real, static x => (x * 2).Hardsigmoid()),
        One("Hardswish", Draw.Real, static x => (x * 2).Hardswish()),
        One("Hardtanh", Draw.Real, static x => x.Hardtanh()),
        One("LGamma", Draw.Positive, static x => x.LGamma()),
        One("LGamma:negative", Draw.Real, static x => x.LGamma()),
        One("LeakyRelu", Draw.Real, static x => x.LeakyRelu(0.2)),
        One("Log", Draw.Positive, static x => x.Log()),
        One("Log10", Draw.Positive, static x => x.Log10()),
        One("Log1p", Draw.Unit, static x => x.Log1p()),
        One("Log2", Draw.Positive, static x => x.Log2()),
        One("LogSigmoid", Draw.Real, static x => x.LogSigmoid()),
        One("Logit", Draw.Probability, static x => x.Logit()),
        One("Logit:eps", Draw.Probability, static x => x.Logit(0.02)),
        One("Mish", Draw.Real, static x => x.Mish()),
        One("Multiply:number", Draw.Real, static x => x.Multiply(-1.5)),
        One("NanToNum", Draw.Real, static x => x.NanToNum()),
        One("Negate", Draw.Real, static x => x.Negate()),
        One("Pow:number", Draw.Positive, static x => x.Pow(2.6)),
        One("Pow:two", Draw.Real, static x => x.Pow(2)),
        One("Pow:three", Draw.Real, static x => x.Pow(3)),
        One("Pow:minus one", Draw.Real, static x => x.Pow(-1)),
        One("Pow:half", Draw.Positive, static x => x.Pow(0.5)),
        One("Pow:of a number", Draw.Real, static x => Tensor.Pow(1.7, x)),
        One("Rad2Deg", Draw.Real, static x => x.Rad2Deg()),
        One("Reciprocal", Draw.Positive, static x => x.Reciprocal()),
        One("Relu", Draw.Real, static x => x.Relu()),
        One("Relu6", Draw.Real, static x => (x * 4).Relu6()),
        One("Remainder:number", Draw.Real, static x => x.Remainder(0.5)),
        One("Rsqrt", Draw.Positive, static x => x.Rsqrt()),
        One("Selu", Draw.Real, static x => x.Selu()),
        One("Sigmoid", Draw.Real, static x => x.Sigmoid()),
        One("Silu", Draw.Real, static x => x.Silu()),
        One("Sin", Draw.Real, static x => x.Sin()),
        One("Sinc", Draw.Real, static x => x.Sinc()),
        One("Sinh", Draw.Real, static x => x.Sinh()),
        One("Softplus", Draw.Real, static x => x.Softplus(1.3)),
        One("Softshrink", Draw.Real, static x => x.Softshrink()),
        One("Softsign", Draw.Real, static x => x.Softsign()),
        One("Sqrt", Draw.Positive, static x => x.Sqrt()),
        One("Square", Draw.Real, static x => x.Square()),
        One("Subtract:number", Draw.Real, static x => x.Subtract(0.3)),
        One("Tan", Draw.Unit, static x => x.Tan()),
        One("Tanh", Draw.Real, static x => x.Tanh()),
        One("Tanhshrink", Draw.Real, static x => x.Tanhshrink()),
        One("Threshold", Draw.Real, static x => x.Threshold(0.5, 20)),
        One("Trigamma", Draw.Positive, static x => x.Trigamma()),
        One("To", Draw.Real, static x => x.To(DType.Float64) * x),
        One("Map", Draw.Real, static x => x.Map(default(Quartic))),
        One("op_UnaryNegation", Draw.Real, static x => -x),
        One("op_Subtraction:from a number", Draw.Real, static x => 2 - x),
        One("op_Division:of a number", Draw.Positive, static x => 2 / x),
        One("op_Modulus:number", Draw.Real, static x => x % 0.5),
        One("op_Addition:number", Draw.Real, static x => 1.5 + x + 2.0),
        One("op_Multiply:number", Draw.Real, static x => 1.5 * x * 2.0),
    ];

    public static readonly SweepRow[] Binary =
    [
        Two("Add", Draw.Real, Draw.Real, static (a, b) => a.Add(b)),
        Two("Add:alpha", Draw.Real, Draw.Real, static (a, b) => a.Add(b, 1.3)),
        Two("Atan2", Draw.Real, Draw.Positive, static (a, b) => a.Atan2(b)),
        Two("CopySign", Draw.Real, Draw.Real, static (a, b) => a.CopySign(b)),
        Two("Divide", Draw.Real, Draw.Positive, static (a, b) => a.Divide(b)),
        Two("Fmax", Draw.Real, Draw.Real, static (a, b) => a.Fmax(b)),
        Two("Fmin", Draw.Real, Draw.Real, static (a, b) => a.Fmin(b)),
        Two("Fmod", Draw.Real, Draw.AboveOne, static (a, b) => a.Fmod(b)),
        Two("Hypot", Draw.Real, Draw.Positive, static (a, b) => a.Hypot(b)),
        Two("Lerp:number", Draw.Real, Draw.Real, static (a, b) => a.Lerp(b, 0.3)),
        Two("LogAddExp", Draw.Real, Draw.Real, static (a, b) => a.LogAddExp(b)),
        Two("LogAddExp2", Draw.Real, Draw.Real, static (a, b) => a.LogAddExp2(b)),
        Two("Maximum", Draw.Real, Draw.Real, static (a, b) => a.Maximum(b)),
        Two("Minimum", Draw.Real, Draw.Real, static (a, b) => a.Minimum(b)),
        Two("Multiply", Draw.Real, Draw.Real, static (a, b) => a.Multiply(b)),
        Two("Pow", Draw.Positive, Draw.Real, static (a, b) => a.Pow(b)),
        Two("Remainder", Draw.Real, Draw.AboveOne, static (a, b) => a.Remainder(b)),
        Two("Subtract", Draw.Real, Draw.Real, static (a, b) => a.Subtract(b)),
        Two("Subtract:alpha", Draw.Real, Draw.Real, static (a, b) => a.Subtract(b, 1.3)),
        Two("Xlog1py", Draw.Real, Draw.Unit, static (a, b) => a.Xlog1py(b)),
        Two("Xlogy", Draw.Real, Draw.Positive, static (a, b) => a.Xlogy(b)),
        Two("Map:two", Draw.Real, Draw.Positive, static (a, b) => a.Map(b, default(PowerSum))),
        Two("op_Addition", Draw.Real, Draw.Real, static (a, b) => a + b),
        Two("op_Subtraction", Draw.Real, Draw.Real, static (a, b) => a - b),
        Two("op_Multiply", Draw.Real, Draw.Real, static (a, b) => a * b),
        Two("op_Division", Draw.Real, Draw.Positive, static (a, b) => a / b),
        Two("op_Modulus", Draw.Real, Draw.AboveOne, static (a, b) => a % b),
    ];

    public static readonly SweepRow[] Ternary =
    [
        Three("AddCDiv", Draw.Real, Draw.Real, Draw.Positive, static (a, b, c) => a.AddCDiv(b, c, 0.7)),
        Three("AddCMul", Draw.Real, Draw.Real, Draw.Real, static (a, b, c) => a.AddCMul(b, c, 0.7)),
        Three("Clamp", Draw.Real, Draw.Unit, Draw.AboveOne, static (a, b, c) => a.Clamp(b, c)),
        Three("Lerp", Draw.Real, Draw.Real, Draw.Probability, static (a, b, c) => a.Lerp(b, c)),
        new("Where", static x => Tensor.Where(s_mask.Here(), x[0], x[1]), new(Draw.Real, 2, 3), new(Draw.Real, 2, 3))
        {
            MoreShapes = [[[3], []], [[2, 1], [2, 3]], [[0, 1], [0, 3]], [[1], [1, 3]], [[], []]],
        },
        new("Prelu", static x => x[0].Prelu(x[1]), new(Draw.Real, 2, 3), new(Draw.Real, 3))
        {
            MoreShapes = [[[2, 3], [1]], [[4], [1]], [[0, 3], [3]], [[2, 3, 2], [3]]],
        },
    ];

    private static SweepRow One(string name, Draw x, Func<Tensor, Tensor> function) =>
        new(name, ins => function(ins[0]), new SweepInput(x, 2, 3)) { IsElementwise = true };

    private static SweepRow Two(string name, Draw a, Draw b, Func<Tensor, Tensor, Tensor> function) =>
        new(name, ins => function(ins[0], ins[1]), new SweepInput(a, 2, 3), new SweepInput(b, 2, 3)) { IsElementwise = true };

    private static SweepRow Three(string name, Draw a, Draw b, Draw c, Func<Tensor, Tensor, Tensor, Tensor> function) =>
        new(name, ins => function(ins[0], ins[1], ins[2]), new SweepInput(a, 2, 3), new SweepInput(b, 2, 3), new SweepInput(c, 2, 3))
        {
            IsElementwise = true,
        };

    /// <summary>A user's own function: only its formula is given.</summary>
    private readonly struct Quartic : IUnaryOp<Quartic>
    {
        public R Forward<R>(R x)
            where R : struct, IReal<R> => (x * x * x * x) - (x * 2.0);
    }

    private readonly struct PowerSum : IBinaryOp<PowerSum>
    {
        public R Forward<R>(R a, R b)
            where R : struct, IReal<R> => (a * a * b) + R.Log(b);
    }
}
