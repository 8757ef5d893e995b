using System.Globalization;
using DeepLearning.Layers;
using DeepLearning.Optimizers;
using DeepLearning.Tests.Infrastructure;

namespace DeepLearning.Tests.Optimizers;

public class GradScalerTests
{
    private static Tensor Square(Tensor x) => (x * x).Sum() / 8;

    [Fact]
    public void Scales_and_parameters_are_those_of_PyTorch()
    {
        Parameter parameter = new(Tensor.From([1f, -2f]));
        SGD optimizer = new([parameter], 0.125, momentum: 0.5);
        GradScaler scaler = new(1024, 3, 0.25, 3);
        string[] lines = File.ReadAllLines(
            RepositoryFiles.PathOf("tests", "DeepLearning.Tests", "Optimizers", "Scaler", "scales.tsv"))[1..];
        Assert.Equal(19, lines.Length);
        foreach (string[] cells in lines.Select(static line => line.Split('\t')))
        {
            optimizer.ZeroGrad();
            scaler.Scale(Square(parameter) * (cells[0] == "x" ? double.PositiveInfinity : 1)).Backward();
            Assert.Equal(cells[0] == ".", scaler.Step(optimizer));
            scaler.Update();
            Assert.Equal(double.Parse(cells[1], CultureInfo.InvariantCulture), scaler.CurrentScale);
            Assert.Equal(long.Parse(cells[2], CultureInfo.InvariantCulture), scaler.StateDict()["growth_tracker"].Item<long>());
            Assert.Equal(cells[3..].Select(static n => float.Parse(n, CultureInfo.InvariantCulture)), parameter.ToArray<float>());
        }
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    public void One_gradient_that_is_not_finite_leaves_the_whole_step_out(double value)
    {
        Parameter first = new(Tensor.Ones(3)), second = new(Tensor.Ones(2, 2)), unused = new(Tensor.Ones(2)), empty = new(Tensor.Ones(0));
        Adam optimizer = new([first, second, unused, empty], 0.1);
        GradScaler scaler = new(4);
        (first.Grad, second.Grad, empty.Grad) = (Tensor.Ones(3), Tensor.From([1.0, 2, value, 4], 2, 2).To(DType.Float32), Tensor.Ones(0));
        Assert.False(scaler.Step(optimizer));
        Assert.True(scaler.FoundNonFinite);
        Assert.All([first, second], static p => Assert.True(p.EqualTo(1).All().Item<bool>()));
        Assert.DoesNotContain(optimizer.StateDict(), static entry => entry.Key.EndsWith("exp_avg", StringComparison.Ordinal)
            && entry.Value.Count > 0 && entry.Value.Abs().Max().Item<float>() > 0);
        scaler.Update();
        Assert.False(scaler.FoundNonFinite);
        Assert.Equal(2, scaler.CurrentScale);
    }

    [Fact]
    public void Unscaled_gradients_are_those_without_a_scale_and_can_be_clipped()
    {
        Parameter parameter = new(Tensor.From([3f, 4f]));
        SGD optimizer = new([parameter], 1);
        GradScaler scaler = new(256);
        scaler.Scale(parameter.Square().Sum() / 2).Backward();
        Assert.Equal([768f, 1024f], parameter.Grad!.ToArray<float>());
        scaler.Unscale(optimizer);
        Assert.Equal([3f, 4f], parameter.Grad!.ToArray<float>());
        Gradients.ClipNorm([parameter], 1);
        Assert.True(scaler.Step(optimizer));
        scaler.Update();
        Assert.Equal(2.4f, parameter.ToArray<float>()[0], 1e-4f);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Gradients_of_single_rows_stay_so(bool overflows)
    {
        Tensor expected = After(null), actual = After(new GradScaler(128));
        Assert.True(overflows ? actual.EqualTo(1).All().Item<bool>() : actual.Equal(expected));

        Tensor After(GradScaler? scaler)
        {
            Embedding table = new(10, 2, sparse: true);
            using (GradMode.NoGrad())
            {
                table.Weight.FillInPlace(1);
            }

            SparseAdam optimizer = new([table.Weight], 0.1);
            Tensor y = table.Forward(Tensor.From([3L, 7, 3]));
            Tensor loss = (y * y * (overflows ? double.PositiveInfinity : 0.3)).Sum();
            (scaler?.Scale(loss) ?? loss).Backward();
            Assert.NotNull(table.Weight.GradRows);
            if (scaler is null)
            {
                optimizer.Step();
            }
            else
            {
                scaler.Unscale(optimizer);
                Assert.NotNull(table.Weight.GradRows);
                Assert.Equal(!overflows, scaler.Step(optimizer));
                Assert.True(overflows || table.Weight.Grad!.Sum().Item<double>() is > 3.59 and < 3.61);
            }

            return table.Weight.Detach().Clone();
        }
    }

    [Fact]
    public void Several_optimizers_share_a_scale_and_each_decides_for_itself()
    {
        Parameter a = new(Tensor.Ones(1)), b = new(Tensor.Ones(1));
        SGD first = new([a], 1), second = new([b], 1);
        GradScaler scaler = new(2);
        (a.Grad, b.Grad) = (Tensor.Ones(1) * 2, Tensor.Ones(1) * double.NaN);
        Assert.True(scaler.Step(first));
        Assert.False(scaler.Step(second));
        scaler.Update();
        Assert.Equal(1, scaler.CurrentScale);
        Assert.Equal((0f, 1f), (a.Item<float>(), b.Item<float>()));
    }

    [Fact]
    public void The_order_of_calls_is_watched()
    {
        Parameter parameter = new(Tensor.Ones(1));
        SGD optimizer = new([parameter], 1);
        GradScaler scaler = new();
        Assert.Contains("there was none", Assert.Throws<InvalidOperationException>(scaler.Update).Message, StringComparison.Ordinal);
        parameter.Grad = Tensor.Ones(1);
        scaler.Unscale(optimizer);
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => scaler.Unscale(optimizer));
        Assert.Contains("unscaled already", error.Message, StringComparison.Ordinal);
        scaler.Step(optimizer);
        error = Assert.Throws<InvalidOperationException>(() => scaler.Step(optimizer));
        Assert.Contains("stepped with already", error.Message, StringComparison.Ordinal);
        scaler.Update();
        LBFGS closure = new([parameter]);
        Assert.Contains("LBFGS", Assert.Throws<InvalidOperationException>(() => scaler.Step(closure)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_scale_neither_vanishes_nor_overflows()
    {
        Parameter parameter = new(Tensor.Ones(1));
        SGD optimizer = new([parameter], 0);
        GradScaler tiny = new(double.Epsilon), huge = new(float.MaxValue, growthInterval: 1);
        parameter.Grad = Tensor.Ones(1) * double.NaN;
        tiny.Step(optimizer);
        tiny.Update();
        Assert.Equal(double.Epsilon, tiny.CurrentScale);
        parameter.Grad = Tensor.Ones(1);
        huge.Step(optimizer);
        huge.Update();
        Assert.Equal(float.MaxValue, huge.CurrentScale);
    }

    [Fact]
    public void A_16_bit_loss_is_scaled_in_float32()
    {
        Tensor loss = Tensor.FromScalar(1000, DType.Float16);
        Assert.Equal(65536000f, new GradScaler().Scale(loss).Item<float>());
        using Autocast.Region region = Autocast.Enable(DType.Float16);
        Assert.Equal(DType.Float32, new GradScaler().Scale(loss).DType);
    }

    [Fact]
    public void A_state_goes_on_exactly_and_a_wrong_one_changes_nothing()
    {
        GradScaler scaler = new(8, growthInterval: 2), other = new(growthInterval: 2);
        Parameter parameter = new(Tensor.Ones(1)) { };
        SGD optimizer = new([parameter], 0);
        Move(scaler);
        other.LoadStateDict(scaler.StateDict());
        Move(scaler);
        Move(other);
        Assert.Equal((16, 16), (scaler.CurrentScale, other.CurrentScale));
        foreach ((double scale, double steps) in ((double, double)[])[(0, 0), (-1, 0), (double.NaN, 0), (1, -1), (1, 0.5), (1e40, 0)])
        {
            Assert.Throws<ArgumentException>(() => other.LoadStateDict(new Dictionary<string, Tensor>
            {
                ["scale"] = Tensor.FromScalar(scale, DType.Float64),
                ["growth_tracker"] = Tensor.FromScalar(steps, DType.Float64),
            }));
        }

        Assert.Throws<ArgumentException>(() => other.LoadStateDict(new Dictionary<string, Tensor>()));
        Assert.Equal(16, other.CurrentScale);

        void Move(GradScaler one)
        {
            parameter.Grad = Tensor.Ones(1);
            one.Step(optimizer);
            one.Update();
        }
    }

    [Theory]
    [InlineData(0, 2, 0.5, 1)]
    [InlineData(double.PositiveInfinity, 2, 0.5, 1)]
    [InlineData(1, 1, 0.5, 1)]
    [InlineData(1, 2, 1, 1)]
    [InlineData(1, 2, 0, 1)]
    [InlineData(1, 2, 0.5, 0)]
    public void Numbers_out_of_range_are_refused(double scale, double growth, double backoff, int interval) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new GradScaler(scale, growth, backoff, interval));
}
