namespace DeepLearning.Tests.AutogradTests;

/// <summary>A tensor that several operations use gets the sum of their gradients, and each of these stays what it was.</summary>
public class FanOutTests
{
    private static readonly double[] s_values = [0.3, -1.2, 2, 0.7];

    // A function, its first and its second derivative.
    private static readonly (Func<Tensor, Tensor> Of, Func<double, double> First, Func<double, double> Second)[] s_functions =
    [
        (static t => t.Exp(), Math.Exp, Math.Exp),
        (static t => t.Sin(), Math.Cos, static x => -Math.Sin(x)),
        (static t => t * t * t, static x => 3 * x * x, static x => 6 * x),
        (static t => t.Square(), static x => 2 * x, static _ => 2),
        (static t => t.Cosh(), Math.Sinh, Math.Cosh),
        (static t => t * 4, static _ => 4, static _ => 0),
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(6)]
    public void Derivatives_of_first_and_second_order_add_up(int users)
    {
        // Once through an inner node, once straight from the leaf.
        foreach (double scale in (double[])[1, 2])
        {
            double[] first = [.. s_values.Select(x => scale * s_functions[..users].Sum(f => f.First(scale * x)))];
            double[] second = [.. s_values.Select(x => scale * scale * s_functions[..users].Sum(f => f.Second(scale * x)))];
            foreach (bool createGraph in (bool[])[false, true])
            {
                Tensor x = Leaf(), y = Sum(scale == 1 ? x : x * scale, users);
                Tensor gradient = Autograd.Grad(y, x, createGraph: createGraph);
                Near(first, gradient);
                if (createGraph)
                {
                    Tensor again = Autograd.Grad(gradient.Sum(), x, retainGraph: true);
                    Near(second, again);
                    Near(first, gradient);
                    Near(second, Autograd.Grad(gradient.Sum(), x));
                }

                Tensor leaf = Leaf();
                Sum(scale == 1 ? leaf : leaf * scale, users).Backward(createGraph: createGraph);
                Near(first, leaf.Grad!);
                if (createGraph)
                {
                    Tensor kept = leaf.Grad!;
                    leaf.Grad = null;
                    kept.Sum().Backward();
                    Near(second, leaf.Grad!);
                    Near(first, kept);
                }
            }
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void One_gradient_that_goes_to_several_places_stays_the_same_for_each(bool createGraph)
    {
        // A sum gives the tensor that arrives at it to all its terms.
        for (int users = 2; users <= 6; users++)
        {
            for (int others = 0; others <= 3; others++)
            {
                Tensor x = Leaf(), z = Leaf(), h = x * 3, k = z * 5, total = h;
                for (int user = 1; user < users; user++)
                {
                    total = user % 2 == 0 ? h + total : total + h;
                }

                for (int other = 0; other < others; other++)
                {
                    total += k;
                }

                (total + h.Detach()).Sum().Backward(createGraph: createGraph);
                Assert.All(x.Grad!.Detach().ToArray<double>(), g => Assert.Equal(3 * users, g));
                Assert.All(z.Grad?.Detach().ToArray<double>() ?? [], g => Assert.Equal(5 * others, g));
            }
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_gradient_added_to_another_pass_counts_twice(bool createGraph)
    {
        Tensor x = Leaf();
        Sum(x * 2, 4).Backward(createGraph: createGraph);
        Tensor kept = x.Grad!.Clone(), own = x.Grad!;
        Sum(x * 2, 4).Backward(createGraph: createGraph);
        Near([.. kept.Detach().ToArray<double>().Select(static g => 2 * g)], x.Grad!);
        if (createGraph)
        {
            Near(kept.Detach().ToArray<double>(), own);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_a_function_of_the_users_keeps_of_its_gradients_stays_what_it_was(bool createGraph)
    {
        // The function's place among the users of the node decides whether its gradient is the first to arrive there.
        for (int users = 2; users <= 5; users++)
        {
            for (int place = 0; place < users; place++)
            {
                Tensor x = Leaf(), h = x * 3, total = Tensor.Zeros([4], DType.Float64);
                Keeper keeper = new();
                for (int user = 0; user < users; user++)
                {
                    total += user == place ? keeper.Apply(h) * 2 : h * (user + 5);
                }

                total.Sum().Backward(createGraph: createGraph);
                double rest = Enumerable.Range(0, users).Where(u => u != place).Sum(static u => u + 5.0);
                Assert.All(x.Grad!.ToArray<double>(), g => Assert.Equal(3 * (rest + 20), g));

                // Anything that was taken back is handed out again now.
                for (int i = 0; i < 50; i++)
                {
                    Tensor.Full([4], -77.0, DType.Float64).AddInPlace(1);
                }

                Assert.All(keeper.Given!.ToArray<double>(), static g => Assert.Equal(2, g));
                Assert.All(keeper.Returned!.ToArray<double>(), static g => Assert.Equal(20, g));
            }
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_function_may_return_one_kept_tensor_to_all_its_inputs(bool createGraph)
    {
        // The one that is added last gets its gradient first, and gives its own first.
        foreach (bool first in (bool[])[false, true])
        {
            Tensor a = Leaf(), b = Leaf(), left = a * 1, right = b * 1;
            Twin twin = new();
            Tensor rest = (left * 7) + (right * 9) + (left * right), kept = twin.Apply(left, right, left);
            (first ? rest + kept : kept + rest).Sum().Backward(createGraph: createGraph);
            Near([.. s_values.Select(static v => 100 + 100 + 7 + v)], a.Grad!);
            Near([.. s_values.Select(static v => 100 + 9 + v)], b.Grad!);
            for (int i = 0; i < 50; i++)
            {
                Tensor.Full([4], -77.0, DType.Float64).AddInPlace(1);
            }

            Assert.All(twin.Kept.ToArray<double>(), static g => Assert.Equal(100, g));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_gradient_that_is_kept_elsewhere_may_arrive_first(bool createGraph)
    {
        Tensor kept = Tensor.Full([4], 100.0, DType.Float64);
        for (int users = 2; users <= 4; users++)
        {
            Tensor x = Leaf(), h = x * 1, total = new Giver(kept).Apply(h);
            for (int user = 1; user < users; user++)
            {
                total = user % 2 == 0 ? (h * user) + total : total + (new Giver(kept).Apply(h) * user);
            }

            (total + new Giver(kept).Apply(h)).Sum().Backward(createGraph: createGraph);
            Assert.All(kept.ToArray<double>(), static g => Assert.Equal(100, g));
            double expected = 200 + Enumerable.Range(1, users - 1).Sum(static user => user % 2 == 0 ? user : 100.0);
            Assert.All(x.Grad!.Detach().ToArray<double>(), g => Assert.Equal(expected, g));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_hooks_saw_stays_what_it_was(bool createGraph)
    {
        Tensor x = Leaf(), h = x * 3;
        List<Tensor> seen = [];
        Tensor[] parts = [h * 2, h * 5, h * 11];
        foreach (Tensor part in parts)
        {
            part.RegisterHook(g =>
            {
                seen.Add(g);
                return null;
            });
        }

        h.RetainGrad();
        h.RegisterHook(g =>
        {
            seen.Add(g);
            return null;
        });
        x.RegisterHook(g =>
        {
            seen.Add(g);
            return null;
        });
        ((parts[0] * 1) + (parts[1] * 1) + (parts[2] * 1)).Sum().Backward(createGraph: createGraph);
        for (int i = 0; i < 50; i++)
        {
            Tensor.Full([4], -77.0, DType.Float64).AddInPlace(1);
        }

        Assert.Equal([1.0, 1, 1, 18, 54], seen.Select(static g => g.Detach().ToArray<double>().Distinct().Single()));
        Assert.All(h.Grad!.ToArray<double>(), static g => Assert.Equal(18, g));
        Assert.All(x.Grad!.ToArray<double>(), static g => Assert.Equal(54, g));
    }

    private static Tensor Leaf()
    {
        Tensor x = Tensor.From(s_values);
        x.RequiresGrad = true;
        return x;
    }

    private static Tensor Sum(Tensor x, int users) =>
        s_functions[..users].Select(f => f.Of(x)).Aggregate(static (a, b) => a + b).Sum();

    private static void Near(double[] expected, Tensor got) =>
        Assert.All(
            expected.Zip(got.Detach().ToArray<double>()), static p => Assert.Equal(p.First, p.Second, 1e-12 * (1 + Math.Abs(p.First))));

    private sealed class Keeper : Function
    {
        public Tensor? Given { get; private set; }

        public Tensor? Returned { get; private set; }

        protected override Tensor Forward(ReadOnlySpan<Tensor> inputs) => inputs[0] * 10;

        protected internal override void Backward(Tensor gradient, Span<Tensor?> gradients)
        {
            Given = gradient;
            Returned = gradient * 10;
            gradients[0] = Returned;
        }
    }

    private sealed class Giver(Tensor kept) : Function
    {
        protected override Tensor Forward(ReadOnlySpan<Tensor> inputs) => inputs[0] * 100;

        protected internal override void Backward(Tensor gradient, Span<Tensor?> gradients) => gradients[0] = kept;
    }

    private sealed class Twin : Function
    {
        public Tensor Kept { get; } = Tensor.Full([4], 100.0, DType.Float64);

        protected override Tensor Forward(ReadOnlySpan<Tensor> inputs) => (inputs[0] + inputs[1] + inputs[2]) * 100;

        protected internal override void Backward(Tensor gradient, Span<Tensor?> gradients) => gradients.Fill(Kept);
    }
}
