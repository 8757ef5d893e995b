using DeepLearning.Layers;
using DeepLearning.Losses;
using DeepLearning.Optimizers;

namespace DeepLearning.Tests.Browser;

/// <summary>
/// What is computed in the browser and in the test's own process, and compared: the operations whose vectors have instructions of their own
/// in WebAssembly, over numbers of every kind; products and convolutions with odd lengths; a short training.
/// </summary>
internal static class Operations
{
    private static readonly DType[] s_types = [DType.Float32, DType.Float64];

    private static readonly double[] s_special =
    [
        0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 1.5, 2.5, -2.5, 0.49999997, 1e-40, -1e-40, 1e-45, 3.4e38, -3.4e38, 8388609.0, -8388607.5, 1e10,
        double.PositiveInfinity, double.NegativeInfinity, double.NaN, 88.7, -104.5, 3.14159265, 20.0, -20.0, 1e-8,
    ];

    private static readonly (int M, int N, int K)[] s_products =
        [(1, 1, 1), (3, 5, 7), (4, 12, 9), (17, 33, 65), (1, 40, 100), (70, 1, 50), (64, 64, 400)];

    /// <summary>Names and computations.</summary>
    public static IReadOnlyList<(string Name, Func<Tensor> Compute)> All { get; } = [.. Elementwise(), .. Composed()];

    /// <summary>The numbers of one of <see cref="All"/>.</summary>
    public static double[] Values(string name)
    {
        using TensorScope scope = new();
        return All.First(operation => operation.Name == name).Compute().To(DType.Float64).Contiguous().Flatten().ToArray<double>();
    }

    private static IEnumerable<(string Name, Func<Tensor> Compute)> Elementwise()
    {
        (string Name, Func<Tensor, Tensor> Compute)[] unary =
        [
            ("Abs", x => x.Abs()), ("Neg", x => -x), ("Sqrt", x => x.Sqrt()), ("Rsqrt", x => x.Rsqrt()), ("Floor", x => x.Floor()),
            ("Ceil", x => x.Ceil()), ("Round", x => x.Round()), ("Trunc", x => x.Trunc()), ("Reciprocal", x => x.Reciprocal()),
            ("Relu", x => x.Relu()), ("Clamp", x => x.Clamp(-1.25, 2)), ("Exp", x => x.Exp()), ("Expm1", x => x.Expm1()),
            ("Log", x => x.Log()), ("Log1p", x => x.Log1p()), ("Tanh", x => x.Tanh()), ("Sigmoid", x => x.Sigmoid()),
            ("Gelu", x => x.Gelu()), ("Erf", x => x.Erf()), ("Sin", x => x.Sin()), ("Cos", x => x.Cos()),
            ("IsNaN", x => x.IsNaN()), ("Sign", x => x.Sign()),
        ];
        (string Name, Func<Tensor, Tensor, Tensor> Compute)[] binary =
        [
            ("Add", (x, y) => x + y), ("Subtract", (x, y) => x - y), ("Multiply", (x, y) => x * y), ("Divide", (x, y) => x / y),
            ("Maximum", (x, y) => x.Maximum(y)), ("Minimum", (x, y) => x.Minimum(y)), ("Less", (x, y) => x.Less(y)),
            ("Pow", (x, y) => x.Pow(y)), ("Fmod", (x, y) => x.Fmod(y)),
        ];
        foreach (DType type in s_types)
        {
            foreach ((string name, Func<Tensor, Tensor> compute) in unary)
            {
                yield return ($"{name} of {type}", () => compute(Numbers(type)));
            }

            foreach ((string name, Func<Tensor, Tensor, Tensor> compute) in binary)
            {
                yield return ($"{name} of {type}", () => compute(Numbers(type).Unsqueeze(1), Numbers(type)));
            }
        }
    }

    private static IEnumerable<(string Name, Func<Tensor> Compute)> Composed()
    {
        foreach (DType type in s_types)
        {
            foreach ((int m, int n, int k) in s_products)
            {
                double scale = 1 / Math.Sqrt(k);
                yield return ($"MatMul {m} {n} {k} of {type}", () => Random(type, m, k).MatMul(Random(type, k, n)) * scale);
                yield return (
                    $"MatMul transposed {m} {n} {k} of {type}", () => Random(type, k, m).T.MatMul(Random(type, n, k).T) * scale);
            }

            yield return ($"Softmax of {type}", () => Random(type, 5, 37).Softmax(1));
            yield return ($"Sum of {type}", () => Random(type, 9, 67).Sum(1));
            yield return ($"Mean of {type}", () => Random(type, 67, 9).Mean(0));
            yield return ($"Var of {type}", () => Random(type, 9, 67).Var(1));
            yield return ($"Amax of {type}", () => Random(type, 9, 67).Amax(1));
            yield return ($"LayerNorm of {type}", () => new LayerNorm(33).To(type).Forward(Random(type, 4, 33)));
            yield return ($"convolution and gradients of {type}", () => Gradients(
                new Conv2d(3, 5, 3, padding: 1, generator: new Generator(4)).To(type), Random(type, 2, 3, 9, 11)));
            yield return ($"pooling and gradients of {type}", () => Gradients(new MaxPool2d(2), Random(type, 2, 3, 9, 11)));
            yield return ($"LSTM and gradients of {type}", () => Gradients(
                new LSTM(6, 7, generator: new Generator(5)).To(type), Random(type, 5, 2, 6)));
        }

        yield return ("training", Training);
    }

    private static Tensor Numbers(DType type) =>
        Tensor.Cat([Tensor.From(s_special), Tensor.Randn([37], DType.Float64, generator: new Generator(1)) * 3], 0).To(type);

    private static Tensor Random(DType type, params int[] shape) => Tensor.Randn(shape, type, generator: new Generator((ulong)shape[0]));

    private static Tensor Gradients(Module layer, Tensor x)
    {
        x.RequiresGrad = true;
        Tensor y = layer switch
        {
            LSTM lstm => lstm.Forward(x).Output,
            Layer one => one.Forward(x),
            _ => throw new ArgumentException(layer.GetType().Name),
        };
        y.Square().Sum().Backward();
        IEnumerable<Tensor> gradients = layer.Parameters().Select(parameter => parameter.Grad!.Flatten());
        return Tensor.Cat([y.Detach().Flatten(), x.Grad!.Flatten(), .. gradients], 0);
    }

    private static Tensor Training()
    {
        Generator generator = new(3);
        Sequential model = new(new Linear(4, 16, generator: generator), new GELU(), new Linear(16, 3, generator: generator));
        Adam optimizer = new(model.Parameters(), 1e-2);
        Tensor x = Tensor.Randn([30, 4], generator: generator), labels = Tensor.RandInt(0, 3, [30], generator: generator);
        List<Tensor> losses = [];
        for (int i = 0; i < 20; i++)
        {
            optimizer.ZeroGrad();
            Tensor loss = Loss.CrossEntropy(model.Forward(x), labels);
            loss.Backward();
            optimizer.Step();
            losses.Add(loss.Detach());
        }

        return Tensor.Stack([.. losses], 0);
    }
}
