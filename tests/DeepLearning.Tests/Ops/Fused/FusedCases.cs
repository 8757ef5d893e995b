using DeepLearning.Losses;
using DeepLearning.Tests.Ops.Convolution;

namespace DeepLearning.Tests.Ops.Fused;

/// <summary>Every operation with kernels of its own, over odd shapes, layouts and options.</summary>
internal static class FusedCases
{
    public static IEnumerable<FusedCase> All =>
    [
        .. Normalizations(), .. Rows(), .. PairLosses(), .. ClassLosses(), .. Products(), .. Convolutions(), .. Poolings(),
        .. NormalizationCases.All, .. ConvolutionCases.All, .. AttentionCases.All, .. PoolingFusedCases.All, .. ResamplingFusedCases.All,
    ];

    private static IEnumerable<FusedCase> Normalizations()
    {
        yield return new("LayerNorm", static t => t[0].LayerNorm([5], t[1], t[2]), [3, 5], [5], [5]);
        yield return new("LayerNorm of two axes", static t => t[0].LayerNorm([3, 4]), [2, 3, 4]);
        yield return new("LayerNorm with a weight", static t => t[0].LayerNorm([70], t[1], eps: 1e-2), [2, 70], [70]);
        yield return new("LayerNorm with a bias", static t => t[0].LayerNorm([7], null, t[1]), [4, 7], [7]);
        yield return new("LayerNorm of a view", static t => t[0].T.LayerNorm([6], t[1], t[2]), [6, 3], [6], [6]);
        yield return new("LayerNorm of nothing", static t => t[0].LayerNorm([4], t[1], t[2]), [0, 4], [4], [4]);
        foreach (int[] shape in new int[][] { [4, 3], [2, 3, 20], [2, 3, 2, 2], [1, 3, 3, 3], [3, 3, 0] })
        {
            string name = $"of [{string.Join(", ", shape)}]";
            yield return new($"BatchNorm {name}", static t => t[0].BatchNorm(null, null, t[1], t[2], training: true), shape, [3], [3]);
            yield return new($"BatchNorm without operands {name}", static t => t[0].BatchNorm(null, null, training: true), shape);
            yield return new(
                $"BatchNorm in evaluation {name}",
                static t => t[0].BatchNorm(Figures(t[0], 0.25), Figures(t[0], 1.5), t[1], t[2]), shape, [3], [3]);
            yield return new(
                $"BatchNorm in evaluation with a weight {name}",
                static t => t[0].BatchNorm(Figures(t[0], -0.5), Figures(t[0], 0.5), t[1]), shape, [3]);
            yield return new(
                $"BatchNorm in evaluation with figures of float64 and a bias {name}",
                static t => t[0].BatchNorm(Wide(-0.5), Wide(0.5), null, t[1]), shape, [3]);
        }

        static Tensor Wide(double start) => (Tensor.Arange(0, 3, dtype: DType.Float64) / 7) + start + 0.1;

        static Tensor Figures(Tensor x, double start) => ((Tensor.Arange(0, 3, dtype: DType.Float64) * 0.125) + start).To(x.DType);
    }

    private static IEnumerable<FusedCase> Rows()
    {
        foreach ((int[] shape, int axis) in new (int[], int)[]
            { ([3, 5], 1), ([3, 5], 0), ([2, 1, 4], -1), ([2, 33, 2], 1), ([], 0), ([0, 3], 1), ([3, 0], 1) })
        {
            string name = $"along {axis} of [{string.Join(", ", shape)}]";
            yield return new($"Softmax {name}", t => t[0].Softmax(axis), shape);
            yield return new($"LogSoftmax {name}", t => t[0].LogSoftmax(axis), shape);
        }

        yield return new("Softmax of a view", static t => t[0].T.Softmax(-1), [4, 3]);
        yield return new("LogSoftmax with a class left out", static t => Masked(t[0]).LogSoftmax(-1).MaskedFill(Mask(t[0]), 0.0), [4, 3]);
        yield return new("Softmax with a class left out", static t => Masked(t[0]).Softmax(-1), [4, 3]);

        static Tensor Mask(Tensor x) => x.Detach().Greater(0.6);
        static Tensor Masked(Tensor x) => x.MaskedFill(Mask(x), double.NegativeInfinity);
    }

    private static IEnumerable<FusedCase> PairLosses()
    {
        (string, Func<Tensor, Tensor, LossReduction, Tensor>)[] losses =
        [
            ("MSE", static (x, y, r) => Loss.MSE(x, y, r)),
            ("L1", static (x, y, r) => Loss.L1(x, y, r)),
            ("Huber", static (x, y, r) => Loss.Huber(x, y, 0.4, r)),
            ("SmoothL1", static (x, y, r) => Loss.SmoothL1(x, y, 0.4, r)),
            ("KLDiv", static (x, y, r) => Loss.KLDiv(x, y.Sigmoid(), reduction: r)),
            ("KLDiv of logarithms", static (x, y, r) => Loss.KLDiv(x, y, true, r)),
            ("KLDiv by the batch", static (x, y, r) => Loss.KLDiv(x, y.Sigmoid(), reduction: LossReduction.BatchMean)),
            ("PoissonNLL", static (x, y, r) => Loss.PoissonNLL(x, y + 1.5, full: true, reduction: r)),
            ("LogCosh", static (x, y, r) => Loss.LogCosh(x, y, r)),
            ("SoftMargin", static (x, y, r) => Loss.SoftMargin(x, y, r)),
            ("SigmoidFocal", static (x, y, r) => Loss.SigmoidFocal(x, y.Sigmoid(), reduction: r)),
            ("BCE", static (x, y, r) => Loss.BCE(x.Sigmoid(), y.Sigmoid(), reduction: r)),
            ("BCEWithLogits", static (x, y, r) => Loss.BCEWithLogits(x, y.Sigmoid(), reduction: r)),
        ];
        foreach ((string name, Func<Tensor, Tensor, LossReduction, Tensor> loss) in losses)
        {
            yield return new($"Loss.{name}", t => loss(t[0], t[1], LossReduction.Mean), [5, 3], [5, 3]);
            yield return new($"Loss.{name} summed", t => loss(t[0], t[1], LossReduction.Sum), [7], [7]);
            yield return new($"Loss.{name} of a view", t => loss(t[0], t[1].T, LossReduction.Mean), [2, 37], [37, 2]);
        }

        yield return new("Loss.MSE of mixed types", static t => Loss.MSE(t[0], t[1].Detach().To(DType.Float64)), [4, 3], [4, 3]);
        yield return new("Loss.MSE of one element", static t => Loss.MSE(t[0], t[1]), [], []);
        yield return new("Loss.MSE of nothing, summed", static t => Loss.MSE(t[0], t[1], LossReduction.Sum), [0, 3], [0, 3]);
    }

    private static IEnumerable<FusedCase> ClassLosses()
    {
        Tensor classes = Tensor.From(new long[] { 2, 0, -100, 3, 1, 2 }), nothing = Tensor.From(new long[] { -100, -100 });
        Tensor weight = Tensor.From(new double[] { 0.5, 2, 1.25, 0 });
        foreach (LossReduction reduction in new[] { LossReduction.Mean, LossReduction.Sum, LossReduction.None })
        {
            yield return new($"CrossEntropy {reduction}", t => Loss.CrossEntropy(t[0], classes, reduction: reduction), [6, 4]);
            yield return new(
                $"CrossEntropy with everything, {reduction}",
                t => Loss.CrossEntropy(t[0], classes.MaskedFill(classes.Less(0), 7), weight, 7, 0.2, reduction), [6, 4]);
            yield return new(
                $"CrossEntropy of images, {reduction}",
                t => Loss.CrossEntropy(t[0], classes.Reshape(2, 3), labelSmoothing: 0.1, reduction: reduction), [2, 4, 3]);
            yield return new($"CrossEntropy of nothing, {reduction}", t => Loss.CrossEntropy(t[0], nothing, reduction: reduction), [2, 3]);
        }

        Tensor words = Tensor.From(new long[,] { { 3, 3, 1 }, { 1, 2, 0 }, { 0, 0, 0 } });
        foreach (LossReduction reduction in new[] { LossReduction.Mean, LossReduction.Sum, LossReduction.None })
        {
            yield return new($"CTC, {reduction}", t => Loss.CTC(t[0], words, [6, 4, 5], [3, 2, 0], reduction: reduction), [6, 3, 4]);
            yield return new(
                $"CTC of labels that do not fit, {reduction}",
                t => Loss.CTC(t[0], words.Add(1).Remainder(4), [3, 4, 0], [3, 2, 0], 1, true, reduction), [5, 3, 4]);
        }

        yield return new("CTC of one sequence", static t => Loss.CTC(t[0], Tensor.From([1L, 2]), [5], [2]), [5, 3]);
        yield return new("CTC without labels", static t => Loss.CTC(t[0], Tensor.Zeros([2, 0], DType.Int64), [4, 2], [0, 0]), [4, 2, 3]);
        yield return new("CrossEntropy, all smoothing", t => Loss.CrossEntropy(t[0], classes, labelSmoothing: 1), [6, 4]);
        yield return new("CrossEntropy of one row", static t => Loss.CrossEntropy(t[0], Tensor.FromScalar(1)), [4]);
        yield return new(
            "CrossEntropy with a class left out",
            static t => Loss.CrossEntropy(
                t[0].MaskedFill(t[0].Detach().Greater(0.7), double.NegativeInfinity), t[0].Detach().ArgMin(1)), [5, 4]);
    }

    private static IEnumerable<FusedCase> Products()
    {
        yield return new("Linear", static t => t[0].Linear(t[1], t[2]), [3, 4], [5, 4], [5]);
        yield return new("Linear without a bias", static t => t[0].Linear(t[1]), [2, 3, 4], [5, 4]);
        yield return new("Linear of views", static t => t[0].T.Linear(t[1].T, t[2][..5]), [4, 3], [4, 5], [7]);
        yield return new("Linear with a strided bias", static t => t[0].Linear(t[1], t[2].Select(1, 1)), [3, 4], [5, 4], [5, 2]);
        yield return new("Linear of nothing", static t => t[0].Linear(t[1], t[2]), [3, 0], [5, 0], [5]);
    }

    private static IEnumerable<FusedCase> Convolutions()
    {
        foreach (object[] row in Conv2dTests.Cases)
        {
            (int[] x, int[] w, int[] stride, int[] padding, int[] dilation, int groups) =
                ((int[])row[0], (int[])row[1], (int[])row[2], (int[])row[3], (int[])row[4], (int)row[5]);
            yield return new(
                $"Conv2d of [{string.Join(", ", x)}] and [{string.Join(", ", w)}] every {stride[0]}",
                t => t[0].Conv2d(t[1], t[2], (stride[0], stride[1]), (padding[0], padding[1]), (dilation[0], dilation[1]), groups),
                x, w, [w[0]]);
        }

        yield return new("Conv2d without a bias", static t => t[0].Conv2d(t[1], padding: Padding.Same), [2, 2, 4, 4], [3, 2, 2, 3]);
        yield return new("Conv2d of views", static t => t[0].Transpose(2, 3).Conv2d(t[1].Transpose(0, 1)), [1, 2, 5, 4], [2, 3, 2, 2]);
        yield return new("Conv2d of no images", static t => t[0].Conv2d(t[1], t[2]), [0, 2, 4, 4], [3, 2, 2, 2], [3]);
        yield return new("Conv2d of no channels", static t => t[0].Conv2d(t[1], t[2]), [2, 0, 4, 4], [3, 0, 2, 2], [3]);
    }

    private static IEnumerable<FusedCase> Poolings()
    {
        foreach (object[] row in PoolingTests.Cases)
        {
            (int[] x, PerAxis size, PerAxis step, PerAxis around, PerAxis spread, bool ceil) =
                ((int[])row[0], Of(row[1]), Of(row[2]), Of(row[3]), Of(row[4]), (bool)row[5]);
            string name = $"of [{string.Join(", ", x)}] in {size}";
            yield return new($"MaxPool2d {name}", t => t[0].MaxPool2d(size, step, around, spread, ceil), x);
            yield return new($"AvgPool2d {name}", t => t[0].AvgPool2d(size, step, around, ceil), x);
            yield return new($"AvgPool2d without the padding {name}", t => t[0].AvgPool2d(size, step, around, ceil, false), x);
            yield return new($"AvgPool2d with a divisor {name}", t => t[0].AvgPool2d(size, step, around, ceil, divisorOverride: 3), x);
        }

        yield return new("MaxPool2d with NaN and equals", static t => Uneven(t[0]).MaxPool2d(2, 1), [2, 1, 5, 6]);
        yield return new(
            "Positions of MaxPool2d",
            static t => (t[0] * 0)
                + Uneven(t[0]).Detach().MaxPool2dWithIndices((2, 3), 1, dilation: (2, 1), padding: (0, 1)).Indices.Sum().To(t[0].DType),
            [2, 1, 5, 6]);
        yield return new("AdaptiveAvgPool2d", static t => t[0].AdaptiveAvgPool2d(3, 2), [2, 2, 7, 5]);
        yield return new("AdaptiveAvgPool2d of everything", static t => t[0].AdaptiveAvgPool2d(1), [2, 2, 4, 5]);
        yield return new("AdaptiveMaxPool2d", static t => t[0].AdaptiveMaxPool2d(3, null), [2, 7, 5]);
        yield return new("AdaptiveAvgPool2d to nothing", static t => t[0].AdaptiveAvgPool2d(0), [2, 2, 4, 5]);
        yield return new("AdaptiveMaxPool2d to nothing", static t => t[0].AdaptiveMaxPool2d(0, 2), [2, 2, 4, 5]);
        yield return new("MaxPool2d of no images", static t => t[0].MaxPool2d(2), [0, 2, 4, 4]);
        yield return new(
            "MaxPool of one axis",
            static t => MaxPooling.Run(t[0], Pooling.Regular(t[0], 3, 2, 1, 1, true, false, 1, "MaxPool1d"), false).Values, [2, 3, 9]);
        yield return new(
            "AvgPool of one axis",
            static t => AveragePooling.Run(t[0], Pooling.Regular(t[0], 3, 2, 1, 1, true, true, 1, "AvgPool1d"), null), [2, 3, 9]);

        static PerAxis Of(object numbers) => (((int[])numbers)[0], ((int[])numbers)[1]);

        static Tensor Uneven(Tensor x)
        {
            Tensor rounded = (x * 2).Round(), late = x.Detach().Less(-0.8);
            return rounded.MaskedFill(late, double.NaN) + (x * 0);
        }
    }
}
