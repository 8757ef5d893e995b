namespace DeepLearning.Tests.AutogradTests;

/// <summary>A walk back that fails, meets another one, begins at a leaf, or is given a gradient of another type.</summary>
public class BackwardRecoveryTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void After_a_pass_that_failed_the_same_graph_can_be_walked_again(bool createGraph)
    {
        Tensor x = Leaf(0.5, 1), row = Leaf(2, 3);
        Fragile part = new() { Fails = true };
        Tensor y = (part.Apply(x * row) + (x * 3).Sin() + (row * x[0])).Sum();
        Assert.Throws<InvalidOperationException>(() => y.Backward(retainGraph: true, createGraph: createGraph));
        Assert.Throws<InvalidOperationException>(() => Autograd.Grad(y, x, retainGraph: true, createGraph: createGraph));
        part.Fails = false;
        x.Grad = null;
        row.Grad = null;
        y.Backward(retainGraph: true, createGraph: createGraph);
        double[] expected = [(2 * 2) + (3 * Math.Cos(1.5)) + 2 + 3, (2 * 3) + (3 * Math.Cos(3))];
        Assert.Equal(expected, x.Grad!.Detach().ToArray<double>());
        Assert.Equal([(2 * 0.5) + 0.5, (2 * 1) + 0.5], row.Grad!.Detach().ToArray<double>());
        Assert.Equal(expected, Autograd.Grad(y, x, retainGraph: true).ToArray<double>());
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void Parts_that_a_failed_pass_had_gathered_do_not_count_in_the_next(bool ofLeaf, bool createGraph)
    {
        for (int failing = 0; failing < 4; failing++)
        {
            Tensor x = Leaf(0.5, 1), h = ofLeaf ? x : x * 1;
            Tensor[] parts = [h[0], h[1], h[0], h[1]];
            bool fails = true;
            parts[failing].RegisterHook(_ => fails ? throw new InvalidOperationException("fragile") : null);
            Tensor y = (parts[0] * 1) + (parts[1] * 2) + (parts[2] * 3) + (parts[3] * 4);
            Assert.Throws<InvalidOperationException>(() => y.Backward(retainGraph: true, createGraph: createGraph));
            fails = false;
            Assert.Equal([4.0, 6], Autograd.Grad(y, x, retainGraph: true, createGraph: createGraph).Detach().ToArray<double>());
            Assert.Null(x.Grad);
            y.Backward(createGraph: createGraph);
            Assert.Equal([4.0, 6], x.Grad!.Detach().ToArray<double>());
        }
    }

    [Theory]
    [InlineData("thread", false)]
    [InlineData("thread", true)]
    [InlineData("hook", false)]
    [InlineData("hook", true)]
    public void Another_pass_in_the_same_graph_is_told_and_does_not_disturb_the_first(string where, bool parts)
    {
        Tensor x = Leaf(0.5, 1), h = x * 1, sine, cosine, y;
        if (parts)
        {
            (sine, cosine) = (h[..1], h[1..]);
            y = Tensor.Cat([sine * 1, cosine * 1]).Sum();
        }
        else
        {
            (sine, cosine) = (h.Sin(), h.Cos());
            y = (sine + cosine).Sum();
        }

        Exception? other = null;
        int calls = 0;
        Func<Tensor, Tensor?> hook = _ =>
        {
            // The second of two nodes of one depth: the first has handed its gradient on.
            if (++calls == (parts ? 2 : 1))
            {
                Action second = () => other = Record.Exception(() => y.Backward(retainGraph: true));
                if (where == "thread")
                {
                    Thread thread = new(() => second());
                    thread.Start();
                    thread.Join();
                }
                else
                {
                    second();
                }
            }

            return null;
        };
        sine.RegisterHook(hook);
        cosine.RegisterHook(hook);
        y.Backward(retainGraph: true);
        Assert.Contains("another pass", Assert.IsType<AutogradException>(other).Message, StringComparison.Ordinal);
        double[] expected = parts ? [1, 1] : [Math.Cos(0.5) - Math.Sin(0.5), Math.Cos(1) - Math.Sin(1)];
        Assert.Equal(expected, x.Grad!.ToArray<double>());
    }

    [Fact]
    public void A_pass_that_begins_at_a_leaf_gives_it_its_gradient()
    {
        Tensor x = Leaf(7), pair = Leaf(1, 2);
        x.Sum().Backward();
        x.Reshape().Backward();
        Tensor scalar = Tensor.FromScalar(3.0);
        scalar.RequiresGrad = true;
        scalar.Backward();
        scalar.Backward();
        pair.Backward(Tensor.From([5.0, 6]));
        Assert.Equal((2.0, 2.0), (x.Grad!.Item<double>(), scalar.Grad!.Item<double>()));
        Assert.Equal([5.0, 6], pair.Grad!.ToArray<double>());
        Assert.Equal([5.0, 6], Autograd.Grad(pair, pair, Tensor.From([5.0, 6])).ToArray<double>());
    }

    [Fact]
    public void A_gradient_of_another_type_becomes_that_of_the_value()
    {
        Tensor x = Leaf(0.1, 0.2), h = x * 1;
        DType? seen = null;
        h.RegisterHook(g =>
        {
            seen = g.DType;
            return null;
        });
        new Fragile { Type = DType.Float32 }.Apply(h).Sum().Backward();
        Assert.Equal((DType.Float64, DType.Float64), (seen, x.Grad!.DType));
        Assert.Equal([2.0, 2], x.Grad!.ToArray<double>());
    }

    private static Tensor Leaf(params double[] values)
    {
        Tensor x = Tensor.From(values);
        x.RequiresGrad = true;
        return x;
    }

    /// <summary>2x, whose backward may fail, or give another type.</summary>
    private sealed class Fragile : Function
    {
        public bool Fails { get; set; }

        public DType Type { get; init; } = DType.Float64;

        protected override Tensor Forward(ReadOnlySpan<Tensor> inputs) => inputs[0] * 2;

        protected internal override void Backward(Tensor gradient, Span<Tensor?> gradients) =>
            gradients[0] = Fails ? throw new InvalidOperationException("fragile") : (gradient * 2).To(Type);
    }
}
