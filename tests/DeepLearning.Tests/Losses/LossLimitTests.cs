using DeepLearning.Losses;

namespace DeepLearning.Tests.Losses;

/// <summary>Losses at infinities, at values much smaller than their terms, and of nothing.</summary>
[Trait("Rerun", "Simd")]
public class LossLimitTests
{
    private const double Infinity = double.PositiveInfinity;

    [Theory]
    [InlineData(Infinity, 1, 0, 0)]
    [InlineData(Infinity, 0, Infinity, 1)]
    [InlineData(Infinity, 0.25, Infinity, 0.75)]
    [InlineData(-Infinity, 0, 0, 0)]
    [InlineData(-Infinity, 1, Infinity, -1)]
    public void Binary_cross_entropy_of_an_infinite_logit_is_its_limit(double logit, double target, double loss, double slope) =>
        CheckLogit(logit, target, loss, slope);

    [Theory]
    [InlineData(16383)]
    [InlineData(16385)]
    [InlineData(50257)]
    public void Cross_entropy_of_more_classes_than_a_chunk_holds_is_that_of_the_logarithms(int classes)
    {
        Tensor x = Tensor.Arange(0, 3L * classes).Remainder(11).To(DType.Float64).Reshape(3, classes);
        Tensor targets = Tensor.From([0L, classes - 1, classes / 2]);
        x.RequiresGrad = true;
        Tensor loss = Loss.CrossEntropy(x, targets), expected = -x.LogSoftmax(1).Gather(1, targets.Unsqueeze(1)).Mean();
        Assert.Equal(expected.Item<double>(), loss.Item<double>(), 1e-12);
        Assert.True(Autograd.Grad(loss, x).AllClose(Autograd.Grad(expected, x), 1e-12, 1e-15));
    }

    [Theory]
    [InlineData(7)]
    [InlineData(15)]
    [InlineData(20)]
    [InlineData(60)]
    public void Binary_cross_entropy_of_a_confident_logit_keeps_its_digits(double size)
    {
        double e = Math.Exp(-size), loss = SmallLogarithm(e), slope = e / (1 + e);
        CheckLogit(size, 1, loss, -slope);
        CheckLogit(-size, 0, loss, slope);
    }

    private static void CheckLogit(double logit, double target, double loss, double slope)
    {
        foreach (DType dtype in new[] { DType.Float32, DType.Float64 })
        {
            Tensor x = Tensor.Full([19], logit, dtype), y = Tensor.Full([19], target, dtype);
            Tensor two = Tensor.FromScalar(2.0, dtype), one = Tensor.FromScalar(1.0, dtype);
            Each(loss, Loss.BCEWithLogits(x, y, reduction: LossReduction.None));
            Each(loss, Loss.BCEWithLogits(x, y));
            Each(loss, Loss.BCEWithLogits(x, y, positiveWeight: one, reduction: LossReduction.None));
            if (target is 0 or 1)
            {
                Each(loss * (1 + target), Loss.BCEWithLogits(x, y, positiveWeight: two, reduction: LossReduction.None));
            }

            Each(0, Loss.BCEWithLogits(x, y, weight: Tensor.FromScalar(0.0, dtype), reduction: LossReduction.None));
            x.RequiresGrad = true;
            Each(slope, DeepLearning.Autograd.Grad(Loss.BCEWithLogits(x, y, reduction: LossReduction.Sum), x));
            Each(slope, DeepLearning.Autograd.Grad(Loss.BCEWithLogits(x, y, positiveWeight: one, reduction: LossReduction.Sum), x));
            Each(slope, DeepLearning.Autograd.Grad(Loss.BCEWithLogits(x, y, reduction: LossReduction.Sum), x, createGraph: true));
        }
    }

    [Theory]
    [InlineData(-Infinity, 0, 0, 0)]
    [InlineData(-Infinity, 1, Infinity, -1)]
    [InlineData(0, 0, 0, 0)]
    [InlineData(-2, 1, 2, -1)]
    public void A_divergence_counts_what_cannot_happen_as_nothing(double input, double probability, double loss, double slope)
    {
        foreach (DType dtype in new[] { DType.Float32, DType.Float64 })
        {
            foreach (bool isLogarithm in new[] { false, true })
            {
                Tensor x = Tensor.Full([19], input, dtype);
                Tensor y = Tensor.Full([19], isLogarithm ? Math.Log(probability) : probability, dtype);
                Each(loss, Loss.KLDiv(x, y, isLogarithm, LossReduction.None));
                Each(loss, Loss.KLDiv(x, y, isLogarithm));
                x.RequiresGrad = true;
                Each(slope, DeepLearning.Autograd.Grad(Loss.KLDiv(x, y, isLogarithm, LossReduction.Sum), x));
                Each(slope, DeepLearning.Autograd.Grad(Loss.KLDiv(x, y, isLogarithm, LossReduction.Sum), x, createGraph: true));
            }
        }
    }

    [Fact]
    public void A_NaN_prediction_makes_every_loss_NaN_whatever_the_target()
    {
        Tensor x = Tensor.Full([5], double.NaN, DType.Float32), zero = Tensor.Zeros(5), one = Tensor.Ones(5);
        foreach (Tensor y in new[] { zero, one })
        {
            Tensor[] losses =
            [
                Loss.BCEWithLogits(x, y), Loss.BCEWithLogits(x, y, positiveWeight: zero), Loss.KLDiv(x, y), Loss.KLDiv(x, y.Log(), true),
                Loss.SmoothL1(x, y), Loss.Huber(x, y), Loss.MSE(x, y), Loss.L1(x, y),
            ];
            Assert.All(losses, static l => Assert.True(float.IsNaN(l.Item<float>())));
        }
    }

    [Fact]
    public void Distances_keep_their_slope_infinitely_far_out()
    {
        foreach ((double far, double value) in new[] { (Infinity, Infinity), (3e38, 3e38), (-3e38, 3e38) })
        {
            Tensor x = Tensor.Full([19], far, DType.Float32), y = Tensor.Zeros(19);
            foreach (double beta in new[] { 0.0, 0.5, 1.0, 2.0 })
            {
                Each(value, Loss.SmoothL1(x, y, beta, LossReduction.None));
                x.RequiresGrad = true;
                Tensor Sum() => Loss.SmoothL1(x, y, beta, LossReduction.Sum);
                Each(Math.Sign(far), DeepLearning.Autograd.Grad(Sum(), x));
                Each(Math.Sign(far), DeepLearning.Autograd.Grad(Sum(), x, createGraph: true));
            }

            Each(Math.Sign(far) * 0.5, DeepLearning.Autograd.Grad(Loss.Huber(x, y, 0.5, LossReduction.Sum), x));
            Each(Math.Sign(far), DeepLearning.Autograd.Grad(Loss.L1(x, y, LossReduction.Sum), x));
        }
    }

    [Theory]
    [InlineData(15, 0, 0.25)]
    [InlineData(10, 0, 5e-3)]
    [InlineData(1000, 990, 5e-3)]
    [InlineData(-10000, -10005, 5e-5)]
    public void Cross_entropy_of_a_nearly_certain_row_keeps_its_digits(double own, double other, double tolerance)
    {
        Tensor x = Tensor.From([(float)own, (float)other], 1, 2), target = Tensor.From([0L]);
        x.RequiresGrad = true;
        double e = Math.Exp(other - own), loss = SmallLogarithm(e), share = e / (1 + e);
        foreach (bool createGraph in new[] { false, true })
        {
            Tensor y = Loss.CrossEntropy(x, target);
            Assert.InRange(y.Item<double>(), loss * (1 - tolerance), loss * (1 + tolerance));
            double[] gradient = DeepLearning.Autograd.Grad(y, x, createGraph: createGraph).Detach().ToArray<double>();
            Assert.InRange(gradient[0], -share * (1 + tolerance), -share * (1 - tolerance));
            Assert.InRange(gradient[1], share * (1 - tolerance), share * (1 + tolerance));
        }
    }

    [Fact]
    public void A_class_of_probability_zero_may_have_the_logit_minus_infinity()
    {
        Tensor x = Tensor.From([-Infinity, 0, 1], 1, 3), y = Tensor.From([0, 1.0, 0], 1, 3);
        x.RequiresGrad = true;
        Tensor loss = Loss.CrossEntropy(x, y);
        Assert.Equal(Math.Log(1 + Math.E), loss.Item<double>(), 1e-12);
        double[] gradient = DeepLearning.Autograd.Grad(loss, x).ToArray<double>();
        double share = Math.E / (1 + Math.E);
        Assert.All(gradient.Zip([0, -share, share]), static pair => Assert.Equal(pair.Second, pair.First, 1e-12));

        Tensor weight = Tensor.From([0.0, 1, 1]), impossible = Tensor.From([0L]);
        Assert.Equal(0, Loss.CrossEntropy(x.Detach(), impossible, weight, reduction: LossReduction.Sum).Item<double>());
        Assert.Equal(0, Loss.NLL(x.Detach(), impossible, weight, reduction: LossReduction.Sum).Item<double>());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_mean_of_no_targets_is_NaN_and_its_gradient_zero_in_every_order(bool isCrossEntropy)
    {
        Func<Tensor, Tensor> loss = isCrossEntropy
            ? static x => Loss.CrossEntropy(x, Tensor.From([-100L, -100]))
            : static x => Loss.NLL(x, Tensor.From([-100L, -100]));
        foreach (double entry in new[] { 1.5, double.NaN, -Infinity })
        {
            foreach (bool createGraph in new[] { false, true })
            {
                Tensor x = Tensor.From([0.5, entry, -1, 2, 0, 1], 2, 3), scale = Tensor.FromScalar(3.0, DType.Float64);
                x.RequiresGrad = scale.RequiresGrad = true;
                Tensor mean = loss(x);
                Assert.True(double.IsNaN(mean.Item<double>()));
                Tensor gradient = DeepLearning.Autograd.Grad(mean * scale, x, retainGraph: true, createGraph: createGraph);
                Each(0, gradient.Detach());
                if (gradient.RequiresGrad)
                {
                    Tensor?[] second = DeepLearning.Autograd.GradOrNull([gradient.Sum()], [x, scale], []);
                    Assert.All(second, static s => Each(0, s ?? Tensor.Zeros(1)));
                }
            }
        }
    }

    [Fact]
    public void Rows_left_out_may_hold_anything_when_the_gradient_is_recorded()
    {
        Tensor x = Tensor.From([double.NaN, Infinity, 1, 2], 2, 2);
        x.RequiresGrad = true;
        foreach (bool createGraph in new[] { false, true })
        {
            double[] gradient = DeepLearning.Autograd.Grad(
                Loss.CrossEntropy(x, Tensor.From([-100L, 1])), x, createGraph: createGraph).Detach().ToArray<double>();
            Assert.Equal([0, 0], gradient[..2]);
            Assert.Equal(-0.2689414213699951, gradient[3], 1e-12);
        }
    }

    /// <summary>ln(1 + e) of a small e.</summary>
    private static double SmallLogarithm(double e) => e - (e * e / 2) + (e * e * e / 3) - (e * e * e * e / 4);

    private static void Each(double expected, Tensor actual)
    {
        double tolerance = actual.DType == DType.Float64 ? 1e-12 : 2e-6;
        Assert.All(
            actual.Detach().ToArray<double>(),
            v => Assert.True(
                v == expected || Math.Abs(v - expected) <= tolerance * Math.Abs(expected), $"{actual.DType.Name()}: {v}, not {expected}."));
    }
}
