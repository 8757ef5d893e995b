using DeepLearning.Layers;
using Composed = DeepLearning.Fused;

namespace DeepLearning.Tests.Ops.Recurrent;

/// <summary>Recurrent layers in one piece against their definition, and their derivatives against finite differences.</summary>
[Trait("Rerun", "Simd")]
public sealed class RecurrentKernelTests
{
    private static readonly string[] s_kinds = ["tanh", "relu", "LSTM", "projected LSTM", "GRU"];

    public static TheoryData<string, int, int, bool> Sizes
    {
        get
        {
            TheoryData<string, int, int, bool> data = [];
            foreach (string kind in s_kinds)
            {
                // Below, at and beyond a vector and a block; more rows than a task has; more terms than a stretch of k.
                foreach ((int hidden, int batch) in new[]
                    { (1, 1), (5, 1), (5, 3), (16, 2), (33, 1), (33, 5), (50, 37), (70, 9), (300, 2), (300, 1) })
                {
                    data.Add(kind, hidden, batch, false);
                    data.Add(kind, hidden, batch, true);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void A_kernel_gives_what_the_composition_gives(string kind, int hidden, int batch, bool bidirectional)
    {
        foreach (DType dtype in new[] { DType.Float64, DType.Float32 })
        {
            Case given = new(kind, 3, hidden, batch, bidirectional, dtype);
            Tensor[] fast = given.ResultsAndGradients(), slow;
            using (Composed.Compose())
            {
                slow = given.ResultsAndGradients();
            }

            double tolerance = dtype == DType.Float64 ? 1e-12 : 1e-5;
            Assert.Equal(slow.Length, fast.Length);
            foreach ((Tensor expected, Tensor actual) in slow.Zip(fast))
            {
                Assert.Equal(expected.Shape, actual.Shape);
                double error = (expected - actual).Norm().Item<double>(), norm = Math.Max(expected.Norm().Item<double>(), 1e-2);
                Assert.True(error <= tolerance * norm, $"{kind} {dtype}: {error / norm}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Inference_gives_the_bits_of_training(string kind, int hidden, int batch, bool bidirectional)
    {
        Case given = new(kind, 4, hidden, batch, bidirectional, DType.Float32);
        float[][] training = [.. given.Results().Select(static t => t.ToArray<float>())], inference;
        using (GradMode.Inference())
        {
            inference = [.. given.Results().Select(static t => t.ToArray<float>())];
        }

        Assert.Equal(training, inference);
    }

    public static TheoryData<string, bool> Checked
    {
        get
        {
            TheoryData<string, bool> data = [];
            foreach (string kind in s_kinds)
            {
                data.Add(kind, false);
                data.Add(kind, true);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Checked))]
    public void First_derivatives_are_those_of_finite_differences(string kind, bool packed)
    {
        Case given = new(kind, 2, 3, 3, true, DType.Float64, packed);
        GradCheck.First(given.Sum, given.Leaves);
    }

    [Theory]
    [MemberData(nameof(Checked))]
    public void Second_derivatives_are_those_of_finite_differences(string kind, bool packed)
    {
        Case given = new(kind, 1, 2, 2, packed, DType.Float64, packed);
        GradCheck.Second(given.Sum, given.Leaves, absolute: 1e-5);
    }

    [Fact]
    public void Derivatives_of_cells_and_of_a_projection_alone_are_those_of_finite_differences()
    {
        LSTM lstm = new(2, 3, projSize: 2, bidirectional: true, dtype: DType.Float64, generator: new Generator(1));
        Tensor x = Tensor.Randn([3, 2, 2], DType.Float64, new Generator(2));
        x.RequiresGrad = true;
        Func<Tensor[], Tensor> sum = inputs =>
        {
            (Tensor output, LSTMState state) = lstm.Forward(inputs[0]);
            return Tensor.Cat([output.Flatten(), state.Hidden.Flatten(), state.Cell.Flatten()]);
        };
        GradCheck.First(sum, [x]);
        GradCheck.Second(sum, [x], absolute: 1e-5);
        RNNCell rnn = new(2, 2, dtype: DType.Float64);
        GRUCell gru = new(2, 2, dtype: DType.Float64);
        LSTMCell cell = new(2, 2, dtype: DType.Float64);
        Func<Tensor[], Tensor> chain = inputs =>
        {
            Tensor h = gru.Forward(inputs[0], rnn.Forward(inputs[0]));
            LSTMState state = cell.Forward(inputs[0], (h, h * 0.5));
            return Tensor.Cat([state.Hidden, state.Cell]);
        };
        Tensor step = Tensor.Randn([2, 2], DType.Float64, new Generator(3));
        step.RequiresGrad = true;
        GradCheck.First(chain, [step]);
        GradCheck.Second(chain, [step], absolute: 1e-5);
    }

    [Fact]
    public void A_graph_that_is_kept_gives_the_same_gradients_again()
    {
        Case given = new("LSTM", 3, 5, 2, true, DType.Float64);
        Tensor sum = given.Sum(given.Leaves).Sum();
        Tensor[] first = Autograd.Grad(sum, given.Leaves, retainGraph: true), second = Autograd.Grad(sum, given.Leaves);
        Assert.Equal(first.Select(static t => t.ToArray<double>()), second.Select(static t => t.ToArray<double>()));
    }

    [Fact]
    public void Only_wanted_gradients_are_computed_and_one_of_the_results_is_enough()
    {
        LSTM layer = new(2, 3);
        layer.RequiresGradInPlace(false);
        Tensor x = Tensor.Randn(4, 2, 2), cell = Tensor.Randn(1, 2, 3);
        cell.RequiresGrad = true;
        layer.Forward(x, (Tensor.Zeros(1, 2, 3), cell)).State.Cell.Sum().Backward();
        Assert.NotNull(cell.Grad);
        Assert.All(layer.Parameters(), static p => Assert.Null(p.Grad));
        layer.NamedParameters().Single(static p => p.Name == "bias_hh_l0").Parameter.RequiresGrad = true;
        layer.Forward(x).State.Hidden.Sum().Backward();
        Assert.Single(layer.Parameters(), static p => p.Grad is not null);
    }

    [Fact]
    public void A_gradient_that_lies_otherwise_in_memory_is_read_where_it_lies()
    {
        GRU layer = new(2, 5, batchFirst: true, dtype: DType.Float64);
        Tensor x = Tensor.Randn([3, 4, 2], DType.Float64), weights = Tensor.Randn([5, 4, 3], DType.Float64);
        x.RequiresGrad = true;
        Tensor first = Autograd.Grad((layer.Forward(x).Output.Permute(2, 1, 0) * weights).Sum(), x);
        using (Composed.Compose())
        {
            Tensor second = Autograd.Grad((layer.Forward(x).Output.Permute(2, 1, 0) * weights).Sum(), x);
            Assert.True(first.AllClose(second, 1e-12, 1e-12));
        }
    }

    [Fact]
    public void A_changed_output_is_noticed_on_the_way_back()
    {
        Tensor output = new RNN(2, 3).Forward(Tensor.Randn(4, 2, 2)).Output;
        using (GradMode.NoGrad())
        {
            output.MultiplyInPlace(2);
        }

        Assert.Throws<AutogradException>(() => output.Sum().Backward());
    }

    /// <summary>A layer, an input and states, all of which have gradients.</summary>
    private sealed class Case
    {
        private readonly Func<Tensor[], Tensor[]> _run;
        private readonly Module _layer;

        public Case(string kind, int steps, int hidden, int batch, bool bidirectional, DType dtype, bool packed = false)
        {
            Generator random = new(7);
            int directions = bidirectional ? 2 : 1;
            int[] lengths = [.. Enumerable.Range(0, batch).Select(i => 1 + (i * 2 % steps))];
            Tensor x = Tensor.Randn([steps, batch, 2], DType.Float64, random).To(dtype);
            Tensor h = Tensor.Randn([directions, batch, hidden], DType.Float64, random).To(dtype);
            Tensor c = Tensor.Randn([directions, batch, hidden], DType.Float64, random).To(dtype);
            // The projected states are shorter; a projection of one unit is none.
            int projection = kind.StartsWith("projected", StringComparison.Ordinal) && hidden > 1 ? Math.Max(hidden * 2 / 3, 1) : 0;
            h = projection > 0 ? h.Narrow(2, 0, projection).Clone() : h;
            Leaves = kind.EndsWith("LSTM", StringComparison.Ordinal) ? [x, h, c] : [x, h];
            foreach (Tensor leaf in Leaves)
            {
                leaf.RequiresGrad = true;
            }

            PackedSequence Pack(Tensor input) => Sequences.PackPaddedSequence(input, lengths, enforceSorted: false);
            switch (kind)
            {
                case "LSTM" or "projected LSTM":
                    LSTM lstm = new(2, hidden, bidirectional: bidirectional, projSize: projection, dtype: dtype, generator: random);
                    _layer = lstm;
                    _run = t =>
                    {
                        if (packed)
                        {
                            (PackedSequence rows, LSTMState ended) = lstm.Forward(Pack(t[0]), (t[1], t[2]));
                            return [rows.Data, ended.Hidden, ended.Cell];
                        }

                        (Tensor output, LSTMState state) = lstm.Forward(t[0], (t[1], t[2]));
                        return [output, state.Hidden, state.Cell];
                    };
                    break;
                case "GRU":
                    GRU gru = new(2, hidden, bidirectional: bidirectional, dtype: dtype, generator: random);
                    _layer = gru;
                    _run = t => packed ? Both(gru.Forward(Pack(t[0]), t[1])) : Both(gru.Forward(t[0], t[1]));
                    break;
                default:
                    RNNNonlinearity nonlinearity = kind == "tanh" ? RNNNonlinearity.Tanh : RNNNonlinearity.ReLU;
                    RNN rnn = new(2, hidden, nonlinearity: nonlinearity, bidirectional: bidirectional, dtype: dtype, generator: random);
                    _layer = rnn;
                    _run = t => packed ? Both(rnn.Forward(Pack(t[0]), t[1])) : Both(rnn.Forward(t[0], t[1]));
                    break;
            }
        }

        public Tensor[] Leaves { get; }

        public Tensor[] Results() => _run(Leaves);

        public Tensor Sum(Tensor[] inputs) => Tensor.Cat(_run(inputs).Select(static t => t.Flatten()).ToArray());

        /// <summary>The results, then the gradients of every leaf and parameter.</summary>
        public Tensor[] ResultsAndGradients()
        {
            Tensor[] results = Results();
            Tensor[] weights = [.. results.Select(static (t, i) => Tensor.Randn(t.Shape, t.DType, new Generator((ulong)i)))];
            Tensor[] all = [.. Leaves, .. _layer.Parameters()];
            return [.. results.Select(static t => t.Detach().To(DType.Float64)),
                .. Autograd.GradOrNull(results, all, weights).Select(static t => t!.To(DType.Float64))];
        }

        private static Tensor[] Both((Tensor, Tensor) pair) => [pair.Item1, pair.Item2];

        private static Tensor[] Both((PackedSequence, Tensor) pair) => [pair.Item1.Data, pair.Item2];
    }
}
