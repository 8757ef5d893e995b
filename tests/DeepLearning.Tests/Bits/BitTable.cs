using DeepLearning.Layers;
using DeepLearning.Losses;
using DeepLearning.Models;
using DeepLearning.Optimizers;
using DeepLearning.Tests.AutogradTests;
using DeepLearning.Tests.AutogradTests.Sweep;

namespace DeepLearning.Tests.Bits;

/// <summary>
/// Computations whose bits are the same on every processor with fused multiply-add: each a name and what gives its tensors.
/// </summary>
internal static class BitTable
{
    private static readonly DType[] s_types = [DType.Float32, DType.Float64];

    public static IEnumerable<(string Name, Func<IEnumerable<Tensor>> Compute)> Entries() =>
        [.. Rows(), .. Kernels(), .. Optimizers(), .. Trainings()];

    /// <summary>Every public operation, forward and backward, over the shapes of the sweep.</summary>
    private static IEnumerable<(string Name, Func<IEnumerable<Tensor>> Compute)> Rows()
    {
        foreach (SweepRow row in GradientSweepTests.Rows)
        {
            foreach (DType dtype in s_types)
            {
                Func<IEnumerable<Tensor>> compute = () =>
                {
                    Tensor[] inputs = [.. row.Inputs.Select((input, i) => Tensor.From(
                        SweepInputs.Numbers(input.From, (int)new Shape(input.Shape).Count, i), input.Shape).To(dtype))];
                    try
                    {
                        return WithGradients(row.Function, inputs);
                    }
                    catch (DTypeException)
                    {
                        // The row holds an operand of its own, of float64.
                        return [];
                    }
                };
                yield return ($"{row.Name} {dtype.Name()}", compute);
            }
        }
    }

    /// <summary>What has a kernel of its own, over lengths that no vector fits.</summary>
    private static IEnumerable<(string Name, Func<IEnumerable<Tensor>> Compute)> Kernels()
    {
        (string Name, Func<Tensor[], Tensor> Function, int[][] Shapes)[] kernels =
        [
            ("Exp", static x => x[0].Exp(), [[3, 1237]]),
            ("Sin", static x => (x[0] * 1e4).Sin(), [[1237]]),
            ("Pow", static x => x[0].Abs().Pow(x[1]), [[317], [317]]),
            ("LGamma", static x => (x[0] * 5).LGamma(), [[317]]),
            ("Gelu", static x => x[0].Gelu(), [[1237]]),
            ("Sum", static x => x[0].Sum(), [[77, 1237]]),
            ("Sum:rows", static x => x[0].Sum(1), [[77, 1237]]),
            ("Sum:columns", static x => x[0].Sum(0), [[77, 1237]]),
            ("Sum:inner", static x => x[0].Sum([0, 2]), [[7, 13, 129]]),
            ("Mean", static x => x[0].Mean(-1), [[5, 100003]]),
            ("Var", static x => x[0].Var(-1), [[5, 4099]]),
            ("Norm", static x => x[0].Norm(), [[4099]]),
            ("CumSum", static x => x[0].CumSum(-1), [[5, 1237]]),
            ("LogCumSumExp", static x => x[0].LogCumSumExp(-1), [[5, 237]]),
            ("Softmax", static x => x[0].Softmax(-1), [[13, 1237]]),
            ("Softmax:axis 0", static x => x[0].Softmax(0), [[237, 13]]),
            ("LogSoftmax", static x => x[0].LogSoftmax(-1), [[13, 1237]]),
            ("LogSumExp", static x => x[0].LogSumExp([-1]), [[13, 1237]]),
            ("MatMul", static x => x[0].MatMul(x[1]), [[37, 513], [513, 41]]),
            ("MatMul:large", static x => x[0].MatMul(x[1]), [[131, 1027], [1027, 259]]),
            ("MatMul:transposed", static x => x[0].MatMul(x[1].T), [[67, 129], [35, 129]]),
            ("MatMul:vector", static x => x[0].MatMul(x[1]), [[67, 1237], [1237]]),
            ("MatMul:from vector", static x => x[0].MatMul(x[1]), [[1237], [1237, 67]]),
            ("MatMul:one row", static x => x[0].MatMul(x[1].T), [[1, 1237], [67, 1237]]),
            ("MatMul:dot", static x => x[0].Dot(x[1]), [[1237], [1237]]),
            ("MatMul:batches", static x => x[0].MatMul(x[1]), [[5, 9, 33], [5, 33, 17]]),
            ("Linear", static x => x[0].Linear(x[1], x[2]), [[7, 129], [65, 129], [65]]),
            ("Bilinear", static x => x[0].Bilinear(x[1], x[2]), [[7, 19], [7, 21], [5, 19, 21]]),
            ("Cdist", static x => x[0].Cdist(x[1]), [[17, 37], [19, 37]]),
            ("Einsum", static x => Tensor.Einsum("bij,bkj->bik", x[0], x[1]), [[3, 7, 65], [3, 5, 65]]),
            ("LayerNorm", static x => x[0].LayerNorm([1237], x[1], x[2]), [[5, 1237], [1237], [1237]]),
            ("LayerNorm:short", static x => x[0].LayerNorm([21]), [[33, 21]]),
            ("LayerNorm:few", static x => x[0].LayerNorm([5]), [[33, 5]]),
            ("RmsNorm", static x => x[0].RmsNorm([517], x[1]), [[5, 517], [517]]),
            ("GroupNorm", static x => x[0].GroupNorm(3, x[1], x[2]), [[4, 6, 37], [6], [6]]),
            ("Conv1d", static x => x[0].Conv1d(x[1], x[2], padding: 2), [[3, 5, 131], [7, 5, 5], [7]]),
            ("Conv2d", static x => x[0].Conv2d(x[1], x[2], padding: 1), [[3, 5, 19, 23], [9, 5, 3, 3], [9]]),
            ("Conv2d:few outputs", static x => x[0].Conv2d(x[1], x[2], stride: 2), [[3, 5, 29, 31], [3, 5, 5, 5], [3]]),
            ("Conv2d:one output", static x => x[0].Conv2d(x[1]), [[2, 3, 29, 31], [1, 3, 3, 3]]),
            ("Conv2d:tiles", static x => x[0].Conv2d(x[1], x[2], padding: 1), [[3, 21, 18, 23], [19, 21, 3, 3], [19]]),
            ("Conv2d:tiles of many channels", static x => x[0].Conv2d(x[1]), [[2, 261, 10, 10], [35, 261, 3, 3]]),
            ("Conv2d:tiles of five taps", static x => x[0].Conv2d(x[1]), [[2, 17, 11, 14], [19, 17, 5, 5]]),
            ("Conv2d:tiles of phases", static x => x[0].Conv2d(x[1], x[2], 2, 1), [[3, 32, 18, 21], [19, 32, 4, 4], [19]]),
            ("ConvTranspose2d:tiles of phases", static x => x[0].ConvTranspose2d(x[1], x[2], 2, 1), [[2, 21, 9, 11], [21, 32, 4, 4], [32]]),
            ("Conv2d:1×1", static x => x[0].Conv2d(x[1]), [[2, 33, 9, 11], [35, 33, 1, 1]]),
            ("Conv2d:depthwise", static x => x[0].Conv2d(x[1], padding: 1, groups: 6), [[2, 6, 17, 19], [6, 1, 3, 3]]),
            ("Conv3d", static x => x[0].Conv3d(x[1], padding: 1), [[2, 3, 5, 9, 11], [4, 3, 3, 3, 3]]),
            ("ConvTranspose2d", static x => x[0].ConvTranspose2d(x[1], stride: 2), [[2, 5, 9, 11], [5, 4, 3, 3]]),
            ("MaxPool2d", static x => x[0].MaxPool2d(3, stride: 2), [[2, 3, 33, 37]]),
            ("AvgPool2d", static x => x[0].AvgPool2d(3, stride: 2), [[2, 3, 33, 37]]),
            ("AdaptiveAvgPool2d", static x => x[0].AdaptiveAvgPool2d(1), [[2, 3, 33, 37]]),
            ("Interpolate", static x => x[0].Interpolate(size: (17, 23), mode: InterpolationMode.Bicubic), [[2, 3, 9, 11]]),
            ("ScaledDotProductAttention", static x => Tensor.ScaledDotProductAttention(x[0], x[1], x[2]),
                [[2, 3, 37, 17], [2, 3, 41, 17], [2, 3, 41, 19]]),
            ("ScaledDotProductAttention:causal", static x => Tensor.ScaledDotProductAttention(x[0], x[1], x[2], isCausal: true),
                [[1, 2, 131, 33], [1, 2, 131, 33], [1, 2, 131, 33]]),
            ("Loss.CrossEntropy", static x => Loss.CrossEntropy(x[0], Tensor.Arange(0, 13)), [[13, 1237]]),
            ("Loss.MSE", static x => Loss.MSE(x[0], x[1]), [[13, 1237], [13, 1237]]),
            ("Loss.BCEWithLogits", static x => Loss.BCEWithLogits(x[0], x[1].Sigmoid()), [[13, 237], [13, 237]]),
            ("Gather", static x => x[0].IndexSelect(0, Tensor.From<long>([3, 1, 3, 0, 3])), [[5, 37]]),
            ("IndexAdd", static x => x[0].IndexAdd(0, Tensor.From<long>([3, 1, 3, 0, 3]), x[1]), [[5, 37], [5, 37]]),
        ];
        foreach ((string name, Func<Tensor[], Tensor> function, int[][] shapes) in kernels)
        {
            foreach (DType dtype in s_types)
            {
                Func<IEnumerable<Tensor>> compute = () =>
                {
                    Generator generator = new(11);
                    return WithGradients(function, [.. shapes.Select(shape => Tensor.Randn(shape, dtype, generator: generator))]);
                };
                yield return ($"kernel {name} {dtype.Name()}", compute);
            }
        }

        foreach (DType dtype in s_types)
        {
            yield return ($"kernel BatchNorm {dtype.Name()}", () => OfLayer(new BatchNorm2d(5, dtype: dtype), dtype, 3, 5, 17, 19));
            yield return ($"kernel BatchNorm:small {dtype.Name()}", () => OfLayer(new BatchNorm2d(5, dtype: dtype), dtype, 7, 5, 3, 3));
            yield return ($"kernel LSTM {dtype.Name()}", () =>
                OfRecurrent(new LSTM(19, 37, dtype: dtype, generator: new Generator(3)), dtype));
            yield return ($"kernel GRU {dtype.Name()}", () =>
                OfRecurrent(new GRU(19, 37, dtype: dtype, generator: new Generator(3)), dtype));
            yield return ($"kernel Randn {dtype.Name()}", () => [Tensor.Randn([1237], dtype, generator: new Generator(5))]);
            yield return ($"kernel Rand {dtype.Name()}", () => [Tensor.Rand([1237], dtype, generator: new Generator(5))]);
            yield return ($"kernel Dropout {dtype.Name()}", () =>
                [Tensor.Ones([1237], dtype).Dropout(0.3, true, new Generator(5))]);
        }
    }

    private static IEnumerable<(string Name, Func<IEnumerable<Tensor>> Compute)> Optimizers()
    {
        (string Name, Func<IEnumerable<Parameter>, Optimizer> Make)[] all =
        [
            ("SGD", static p => new SGD(p, 0.1, momentum: 0.9, weightDecay: 0.01)),
            ("Adam", static p => new Adam(p, 0.01)),
            ("AdamW", static p => new AdamW(p, 0.01)),
            ("RMSprop", static p => new RMSprop(p, 0.01)),
            ("AdaGrad", static p => new AdaGrad(p, 0.01)),
            ("AdaDelta", static p => new AdaDelta(p)),
            ("Lion", static p => new Lion(p, 0.01)),
        ];
        foreach ((string name, Func<IEnumerable<Parameter>, Optimizer> make) in all)
        {
            foreach (DType dtype in s_types)
            {
                Func<IEnumerable<Tensor>> compute = () =>
                {
                    Generator generator = new(17);
                    Parameter parameter = new(Tensor.Randn([1237], dtype, generator: generator));
                    Optimizer optimizer = make([parameter]);
                    for (int step = 0; step < 5; step++)
                    {
                        parameter.Grad = Tensor.Randn([1237], dtype, generator: generator);
                        optimizer.Step();
                    }

                    return [parameter];
                };
                yield return ($"optimizer {name} {dtype.Name()}", compute);
            }
        }
    }

    /// <summary>Thirty steps of training.</summary>
    private static IEnumerable<(string Name, Func<IEnumerable<Tensor>> Compute)> Trainings()
    {
        yield return ("training of an MLP", () => Train(
            static g => new Sequential(
                new Linear(37, 65, generator: g), new ReLU(), new LayerNorm(65), new Linear(65, 10, generator: g)),
            [17, 37]));
        yield return ("training of a CNN", () => Train(
            g => new Sequential(
                new Conv2d(3, 9, 3, padding: 1, generator: g), new BatchNorm2d(9), new ReLU(), new MaxPool2d(2),
                new Conv2d(9, 5, 3, generator: g), new GELU(), new Flatten(), new Linear(5 * 6 * 7, 10, generator: g)),
            [7, 3, 17, 19]));
        yield return ("training of a CNN of tiles", () => Train(
            g => new Sequential(
                new Conv2d(3, 16, 3, padding: 1, generator: g), new BatchNorm2d(16), new ReLU(),
                new Conv2d(16, 17, 3, padding: 1, generator: g), new ReLU(), new Conv2d(17, 33, 3, generator: g), new GELU(),
                new AdaptiveAvgPool2d(1), new Flatten(), new Linear(33, 10, generator: g)),
            [5, 3, 16, 19]));
        yield return ("training of a GPT", () =>
        {
            Generator generator = new(23);
            GPTOptions options = new() { VocabSize = 29, BlockSize = 19, NumLayers = 2, NumHeads = 2, Width = 34, Dropout = 0 };
            GPT model = new(options, generator);
            Tensor tokens = Tensor.RandInt(0, 29, [5, 20], generator: generator);
            Tensor input = tokens.Narrow(1, 0, 19), target = tokens.Narrow(1, 1, 19).Flatten();
            return Steps(model, () => Loss.CrossEntropy(model.Forward(input).Flatten(0, 1), target));
        }
        );
    }

    private static List<Tensor> Train(Func<Generator, Module<Tensor, Tensor>> make, int[] shape)
    {
        Generator generator = new(23);
        Module<Tensor, Tensor> model = make(generator);
        Tensor x = Tensor.Randn(shape, DType.Float32, generator: generator), y = Tensor.RandInt(0, 10, [shape[0]], generator: generator);
        return Steps(model, () => Loss.CrossEntropy(model.Forward(x), y));
    }

    private static List<Tensor> Steps(Module model, Func<Tensor> lossOf)
    {
        AdamW optimizer = new(model.Parameters(), 0.003);
        List<Tensor> results = [];
        for (int step = 0; step < 30; step++)
        {
            Tensor loss = lossOf();
            optimizer.ZeroGrad();
            loss.Backward();
            optimizer.Step();
            results.Add(loss.Detach());
        }

        results.AddRange(model.StateDict().Values);
        return results;
    }

    private static IEnumerable<Tensor> OfLayer(Module<Tensor, Tensor> layer, DType dtype, params int[] shape)
    {
        Tensor x = Tensor.Randn(shape, dtype, generator: new Generator(13));
        return [.. WithGradients(x => layer.Forward(x[0]), [x]), .. layer.StateDict().Values];
    }

    private static List<Tensor> OfRecurrent(Module layer, DType dtype) => WithGradients(
        x =>
        {
            for (int i = 1; i < x.Length; i++)
            {
                layer.Parameters()[i - 1].CopyFrom(x[i]);
            }

            return layer is LSTM lstm ? lstm.Forward(x[0]).Output : ((GRU)layer).Forward(x[0]).Output;
        },
        [Tensor.Randn([11, 5, 19], dtype, generator: new Generator(13))]);

    private static List<Tensor> WithGradients(Func<Tensor[], Tensor> function, Tensor[] inputs)
    {
        foreach (Tensor input in inputs)
        {
            input.RequiresGrad = true;
        }

        Tensor y = function(inputs);
        if (!y.RequiresGrad)
        {
            return [y];
        }

        Tensor weights = Tensor.Rand(y.Shape, y.DType, generator: new Generator(29));
        Tensor?[] gradients = Autograd.GradOrNull([y], inputs, [weights]);
        return [y.Detach(), .. gradients.OfType<Tensor>()];
    }
}
