using DeepLearning.Layers;
using DeepLearning.Losses;
using DeepLearning.Optimizers;

namespace DeepLearning.DeviceTest;

/// <summary>
/// Operations with their gradients, at shapes of real models and odd ones, against the processor; and twice, for the same bits.
/// </summary>
internal static class OperationChecks
{
    /// <summary>A sum's bound: rounding of float32, in another order.</summary>
    private const double Sums = 2e-5;

    public static void Run(Report report, Device device, bool isTiny)
    {
        foreach ((string name, double bound, int[][] shapes, Func<Tensor[], Tensor> function) in Rows(isTiny))
        {
            report.Check("operations", name, () =>
            {
                Tensor[] expected = Compute(shapes, function, Device.Cpu), first = Compute(shapes, function, device);
                Tensor[] second = Compute(shapes, function, device);
                for (int i = 0; i < expected.Length; i++)
                {
                    string what = i == 0 ? "value" : $"gradient {i}";
                    Tensor actual = first[i].To(Device.Cpu);
                    string? wrong = bound == 0 ? Comparison.Bits(expected[i], actual) : Comparison.Near(expected[i], actual, bound);
                    wrong ??= Comparison.Bits(actual, second[i].To(Device.Cpu)) is { } changing ? $"not the same twice: {changing}" : null;
                    if (wrong is not null)
                    {
                        return $"{what}: {wrong}";
                    }
                }

                return null;
            });
        }

        report.Check("operations", "products and convolutions in tf32", () => Tf32(device, isTiny));
        report.Check("operations", "a compiled model has the bits of its operations", () => Compiled(device, isTiny));
        report.Check("operations", "five steps of a small network", () => Train(device));
        report.Check("operations", "five steps in bfloat16", () => Train(device, DType.BFloat16));
    }

    private static IEnumerable<(string Name, double Bound, int[][] Shapes, Func<Tensor[], Tensor> Function)> Rows(bool tiny)
    {
        int S(int large, int small) => tiny ? small : large;

        yield return ("matrix product", Sums, [[S(1023, 9), S(1025, 11)], [S(1025, 11), S(1027, 7)]], static x => x[0].MatMul(x[1]));
        yield return ("matrix product, first transposed", Sums, [[S(1025, 11), S(511, 9)], [S(1025, 11), S(513, 7)]],
            static x => x[0].T.MatMul(x[1]));
        yield return ("batches of products", Sums, [[S(65, 3), S(129, 5), S(63, 4)], [S(65, 3), S(63, 4), S(131, 6)]],
            static x => x[0].MatMul(x[1]));
        yield return ("product in bfloat16", 2e-2, [[S(257, 9), S(513, 11)], [S(513, 11), S(255, 7)]],
            static x => x[0].To(DType.BFloat16).MatMul(x[1].To(DType.BFloat16)).To(DType.Float32));
        yield return ("affine map", Sums, [[S(1000, 7), S(515, 6)], [S(301, 5), S(515, 6)], [S(301, 5)]],
            static x => x[0].Linear(x[1], x[2]));
        yield return ("convolution", Sums, [[S(8, 1), S(33, 2), S(31, 5), S(29, 5)], [S(65, 3), S(33, 2), 3, 3], [S(65, 3)]],
            static x => x[0].Conv2d(x[1], x[2], padding: 1));
        yield return ("convolution, strided", Sums, [[S(8, 1), S(16, 2), S(63, 7), S(65, 7)], [S(32, 2), S(16, 2), 5, 5]],
            static x => x[0].Conv2d(x[1], stride: 2, padding: 2));
        yield return ("convolution, depthwise", Sums, [[S(8, 1), S(64, 3), S(28, 5), S(28, 5)], [S(64, 3), 1, 3, 3]],
            x => x[0].Conv2d(x[1], padding: 1, groups: x[0].Size(1)));
        yield return ("convolution, transposed", Sums, [[S(8, 1), S(32, 2), S(15, 3), S(17, 3)], [S(32, 2), S(24, 2), 4, 4]],
            static x => x[0].ConvTranspose2d(x[1], stride: 2, padding: 1));
        yield return ("convolution in bfloat16", 2e-2, [[S(8, 1), S(33, 2), S(31, 5), S(29, 5)], [S(65, 3), S(33, 2), 3, 3], [S(65, 3)]],
            static x => x[0].To(DType.BFloat16).Conv2d(x[1].To(DType.BFloat16), x[2].To(DType.BFloat16), padding: 1).To(DType.Float32));
        yield return ("convolution in float16", 4e-3, [[S(8, 1), S(32, 2), S(30, 5), S(28, 5)], [S(64, 3), S(32, 2), 3, 3]],
            static x => x[0].To(DType.Float16).Conv2d(x[1].To(DType.Float16), stride: 2).To(DType.Float32));
        yield return ("max pooling", 0, [[S(16, 1), S(33, 2), S(31, 6), S(30, 6)]], static x => x[0].MaxPool2d(2));
        yield return ("mean pooling", Sums, [[S(16, 1), S(33, 2), S(31, 6), S(30, 6)]], static x => x[0].AvgPool2d(3, 2));
        yield return ("batch normalization", 1e-4, [[S(64, 3), S(33, 2), S(27, 3)], [S(33, 2)], [S(33, 2)]],
            static x => x[0].BatchNorm(null, null, x[1], x[2], training: true));
        yield return ("layer normalization", 1e-4, [[S(511, 5), S(1025, 9)], [S(1025, 9)], [S(1025, 9)]],
            static x => x[0].LayerNorm([x[0].Size(1)], x[1], x[2]));
        yield return ("softmax", Sums, [[S(1027, 5), S(1001, 9)]], static x => x[0].Softmax(1));
        yield return ("softmax over another axis", Sums, [[S(129, 3), S(65, 5), S(33, 2)]], static x => x[0].Softmax(1));
        yield return ("cross-entropy", Sums, [[S(2049, 5), S(1001, 7)]],
            static x => Loss.CrossEntropy(x[0], Tensor.Arange(0, x[0].Size(0)).To(x[0].Device).Remainder(7)));
        int[] heads = [2, S(8, 1), S(257, 5), S(64, 4)];
        yield return ("attention", 1e-4, [heads, heads, heads],
            static x => Tensor.ScaledDotProductAttention(x[0], x[1], x[2], isCausal: true));
        yield return ("sum of everything", Sums, [[S(10_000_019, 101)]], static x => x[0].Sum());
        yield return ("sum of columns", Sums, [[S(10_007, 9), S(257, 5)]], static x => x[0].Sum(0));
        yield return ("greatest of rows", 0, [[S(257, 5), S(10_007, 9)]], static x => x[0].Amax(1));
        yield return ("running sums", Sums, [[S(257, 3), S(4099, 9)]], static x => x[0].CumSum(1));
        yield return ("sorted rows", 0, [[S(101, 3), S(5003, 9)]], static x => x[0].Sort(1).Values);
        yield return ("rows picked", 0, [[S(5003, 9), S(65, 4)]], static x => Tensor.Embedding(x[0], Places(x[0], 777)));
        yield return ("rows added", Sums, [[S(101, 5), S(65, 3)], [777, S(65, 3)]],
            static x => x[0].IndexAdd(0, Places(x[0], 777), x[1]));
        yield return ("broadcast, transposed", 0, [[S(257, 5), 1, S(513, 7)], [S(129, 3), 1]], static x => x[0].Transpose(0, 2) * 0.5);
        yield return ("elementwise, broadcast", Sums, [[S(257, 5), S(129, 3)], [S(129, 3)]], static x => (x[0] * x[1]).Tanh() + x[1]);
        yield return ("joined and cut", 0, [[S(257, 5), S(33, 3)], [S(257, 5), S(31, 2)]],
            static x => Tensor.Cat([x[0], x[1]], 1).Narrow(1, 1, x[1].Size(1)));
        yield return ("vectors of odd strides", 0, [[S(1001, 11), S(333, 5)]], static x => x[0][TensorIndex.Slice(step: 3), 1..].Square());
    }

    private static Tensor Places(Tensor x, int count) =>
        (Tensor.Arange(0, count) * 7919).Remainder(x.Size(0)).To(x.Device);

    private static Tensor[] Compute(int[][] shapes, Func<Tensor[], Tensor> function, Device device)
    {
        Generator generator = new(7);
        Tensor[] inputs = Array.ConvertAll(shapes, shape => Tensor.Randn(shape, generator: generator).To(device));
        foreach (Tensor input in inputs)
        {
            input.RequiresGrad = true;
        }

        Tensor y = function(inputs);
        Tensor?[] gradients = Autograd.GradOrNull([y], inputs, [Tensor.Randn(y.Shape.ToArray(), generator: generator).To(device)]);
        return [y.Detach(), .. gradients.OfType<Tensor>()];
    }

    /// <summary>Operands are rounded to 10 bits of fraction.</summary>
    private static string? Tf32(Device device, bool isTiny)
    {
        (int n, int size) = isTiny ? (9, 5) : (513, 31);
        Generator generator = new(8);
        Tensor a = Tensor.Randn([n, n], generator: generator), b = Tensor.Randn([n, n], generator: generator);
        Tensor x = Tensor.Randn([2, 33, size, size], generator: generator), w = Tensor.Randn([35, 33, 3, 3], generator: generator);
        Tensor product, convolution;
        device.AllowTf32 = true;
        try
        {
            (product, convolution) = (a.To(device).MatMul(b.To(device)), x.To(device).Conv2d(w.To(device)));
        }
        finally
        {
            device.AllowTf32 = false;
        }

        return Comparison.Near(a.MatMul(b), product.To(Device.Cpu), 2e-3) ?? Comparison.Near(x.Conv2d(w), convolution.To(Device.Cpu), 2e-3);
    }

    private static string? Compiled(Device device, bool isTiny)
    {
        int width = isTiny ? 6 : 260;
        foreach (DType dtype in (DType[])[DType.Float32, DType.BFloat16])
        {
            Sequential model = new(new Linear(width, 2 * width), new GELU(), new Linear(2 * width, width), new Tanh());
            model.To(device);
            model.To(dtype);
            Tensor x = Tensor.Randn([isTiny ? 3 : 700, width], generator: new Generator(9)).To(device, dtype);
            Tensor together = model.Compile(x).Forward(x);
            if (Comparison.Bits(model.Forward(x).Detach().To(Device.Cpu), together.To(Device.Cpu)) is { } wrong)
            {
                return $"{dtype.Name()}: {wrong}";
            }
        }

        return null;
    }

    private static string? Train(Device device, DType? low = null)
    {
        double[] expected = Losses(Device.Cpu, low), actual = Losses(device, low);
        double worst = expected.Zip(actual).Max(static pair => Math.Abs(pair.First - pair.Second) / pair.First);
        return worst < (low is null ? 1e-4 : 2e-2)
            ? null
            : FormattableString.Invariant($"losses {string.Join(' ', actual)}, not {string.Join(' ', expected)}");

        static double[] Losses(Device device, DType? low)
        {
            using Generator.DefaultRegion random = new Generator(3).AsDefault();
            Sequential model = new(new Linear(6, 16), new Tanh(), new LayerNorm(16), new Linear(16, 3));
            Tensor x = Tensor.Randn(12, 6).To(device), y = Tensor.Arange(0, 12).Remainder(3).To(device);
            model.To(device);
            AdamW optimizer = new(model.Parameters(), 0.02);
            double[] losses = new double[5];
            for (int step = 0; step < losses.Length; step++)
            {
                optimizer.ZeroGrad();
                Tensor loss;
                using (low is { } dtype ? Autocast.Enable(dtype) : default)
                {
                    loss = Loss.CrossEntropy(model.Forward(x), y);
                }

                loss.Backward();
                optimizer.Step();
                losses[step] = loss.Item<double>();
            }

            return losses;
        }
    }
}
