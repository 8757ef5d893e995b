using DeepLearning.Layers;

namespace DeepLearning.Tests.Layers;

/// <summary>Random slopes, gates, steps and choices: what the recorded cases cannot hold.</summary>
public sealed class GateAndStepTests
{
    [Fact]
    public void Random_slopes_lie_between_the_bounds_and_evaluation_has_their_mean()
    {
        Tensor x = Tensor.Randn([400], DType.Float64);
        x.RequiresGrad = true;
        RReLU layer = new(0.1, 0.4, new Generator(1));
        Tensor y = layer.Forward(x);
        Tensor slopes = Autograd.Grad(y, x, Tensor.OnesLike(y));
        Assert.True((slopes * x).AllClose(y));
        double[] all = slopes.ToArray<double>(), inputs = x.ToArray<double>();
        Assert.All(all.Zip(inputs), static p => Assert.True(p.Second > 0 ? p.First == 1 : p.First is >= 0.1 and < 0.4));
        Assert.True(all.Distinct().Count() > 100);
        Assert.True(layer.Eval().Forward(x).Equal(x.LeakyRelu(0.25)));
        Assert.True(new RReLU(0.1, 0.4, new Generator(1)).Forward(x).Equal(y));
        Assert.True(x.RRelu(0.3, 0.3, true).AllClose(x.LeakyRelu(0.3)));
        Assert.Throws<ArgumentException>(() => new RReLU(0.5, 0.4));
        Assert.Throws<ArgumentException>(() => Tensor.Ones(2).RRelu(double.NaN, 1));
    }

    [Fact]
    public void A_straight_through_step_passes_its_gradient_and_a_plain_one_stops_it()
    {
        foreach ((Layer layer, double[] values, double slope) in new (Layer, double[], double)[]
        {
            (new Step(), [0, 1, 1], 0), (new Step(0.5, straightThrough: true), [0, 0.5, 1], 1), (new Sign(), [-1, 0, 1], 0),
            (new Sign(straightThrough: true), [-1, 0, 1], 1),
        })
        {
            Tensor x = Tensor.From([-0.3, 0.0, 2.0]);
            x.RequiresGrad = true;
            Tensor y = layer.Forward(x);
            Assert.Equal(values, y.ToArray<double>());
            Tensor gradient = Autograd.Grad(y, x, Tensor.From([3.0, 4.0, 5.0]));
            Assert.Equal([3 * slope, 4 * slope, 5 * slope], gradient.ToArray<double>());
        }
    }

    [Fact]
    public void Steps_of_integers_and_of_NaN()
    {
        Assert.Equal([0, 1, 1], Tensor.From([-2L, 0L, 7L]).Step().ToArray<long>());
        Assert.Throws<DTypeException>(() => Tensor.From([1L]).Step(0.5));
        Assert.True(double.IsNaN(Tensor.From([double.NaN]).Step().Item<double>()));
        Assert.Equal(0, Tensor.From([double.NaN]).Sign(straightThrough: true).Item<double>());
    }

    [Fact]
    public void A_perceptron_of_steps_learns_an_or()
    {
        Tensor x = Tensor.From(new float[,] { { 0, 0 }, { 0, 1 }, { 1, 0 }, { 1, 1 } });
        Tensor t = Tensor.From(new float[,] { { 0 }, { 1 }, { 1 }, { 1 } });
        Sequential model = new(new Linear(2, 1, generator: new Generator(1)), new Step(straightThrough: true));
        DeepLearning.Optimizers.SGD optimizer = new(model.Parameters(), 0.1);
        for (int i = 0; i < 100; i++)
        {
            optimizer.ZeroGrad();
            (model.Forward(x) - t).Square().Sum().Backward();
            optimizer.Step();
        }

        Assert.True(model.Forward(x).Equal(t));
    }

    [Fact]
    public void Swish_has_its_limits_and_learns_its_beta()
    {
        Swish layer = new(1.5, dtype: DType.Float64);
        Tensor x = Tensor.From([double.NegativeInfinity, -2.0, 0.0, 3.0, double.PositiveInfinity]);
        x.RequiresGrad = true;
        Tensor y = layer.Forward(x);
        Assert.Equal([0.0, 0.0], [y[0].Item<double>(), y[2].Item<double>()]);
        Assert.Equal(double.PositiveInfinity, y[4].Item<double>());
        y.Backward(Tensor.OnesLike(y));
        Assert.Equal(0.0, x.Grad![0].Item<double>());
        Assert.Equal(1.0, x.Grad![4].Item<double>(), 12);
        Assert.True(double.IsFinite(layer.Beta.Grad!.Item<double>()));
        Assert.Equal(["beta"], layer.StateDict().Keys);
        Assert.True(x.Detach().Silu().AllClose(new Swish(dtype: DType.Float64).Forward(x.Detach()), 1e-14, 0));
        Assert.False(new Swish(trainable: false).Beta.RequiresGrad);
        Assert.Equal(0.5 / (1 + Math.Exp(-0.5)), new Swish(dtype: DType.Float64).Forward(Tensor.FromScalar(0.5)).Item<double>(), 12);
    }

    [Fact]
    public void A_hard_choice_is_one_hot_and_has_the_soft_gradient()
    {
        Tensor x = Tensor.Randn([6, 4], DType.Float64);
        x.RequiresGrad = true;
        Tensor hard = x.GumbelSoftmax(0.7, true, generator: new Generator(5)), soft = x.GumbelSoftmax(0.7, generator: new Generator(5));
        Assert.True(hard.AllClose(soft.ArgMax(-1).OneHot(4).To(DType.Float64), 1e-12, 1e-12));
        Tensor weights = Tensor.Randn([6, 4], DType.Float64);
        Assert.True(Autograd.Grad(hard, x, weights).AllClose(Autograd.Grad(soft, x, weights)));
        Assert.Throws<ArgumentOutOfRangeException>(() => x.GumbelSoftmax(0));
        double[] counts = Tensor.From([Math.Log(0.7), Math.Log(0.3)]).Expand(20000, 2).GumbelSoftmax(1, true, generator: new Generator(1))
            .Mean(0).ToArray<double>();
        Assert.Equal(0.7, counts[0], 0.02);
    }

    [Fact]
    public void What_does_not_fit_is_named()
    {
        Refuses(() => new SwiGLU().Forward(Tensor.Ones(2, 3)), "odd length 3");
        Refuses(() => new GEGLU(0).Forward(Tensor.Ones(3, 2)), "axis 0");
        Refuses(() => new GLU().Forward(Tensor.Ones(2, 3)), "odd length 3");
        Refuses(() => new Maxout(2).Forward(Tensor.Ones(2, 3)), "groups of 2");
        Refuses(() => new Maxout(0), "pieces");
        Refuses(() => new Softmax2d().Forward(Tensor.Ones(2, 3)), "[batch, channels, height, width]");
        Refuses(() => new Softmin(2).Forward(Tensor.Ones(2, 3)), "2");
        Refuses(() => Tensor.Ones([2], DType.Int64).Softmin(0), "floating-point");
        Refuses(() => Tensor.Ones([2], DType.Int64).SwiGlu(), "floating-point");
        Refuses(() => Tensor.Ones([2], DType.Int64).GumbelSoftmax(), "floating-point");
    }

    [Fact]
    public void The_layers_print_their_options()
    {
        Assert.Equal("RReLU(lower 0.125, upper 0.5)", new RReLU(0.125, 0.5).ToString());
        Assert.Equal("Threshold(threshold 0.1, value 20)", new Threshold(0.1, 20).ToString());
        Assert.Equal("GEGLU(axis -1, tanh, gate first)", new GEGLU(approximate: true, gateFirst: true).ToString());
        Assert.Equal("SwiGLU(axis 1)", new SwiGLU(1).ToString());
        Assert.Equal("Maxout(3 pieces, axis 1)", new Maxout(3).ToString());
        Assert.Equal("Step(1 at 0, straight through)", new Step(straightThrough: true).ToString());
        Assert.Equal("Sign()", new Sign().ToString());
        Assert.Equal("Softmax2d()", new Softmax2d().ToString());
    }

    private static void Refuses(Func<object> call, string words)
    {
        Exception error = Assert.ThrowsAny<ArgumentException>(call);
        Assert.Contains(words, error.Message, StringComparison.Ordinal);
    }
}
