using DeepLearning.Layers;

namespace DeepLearning.Tests.Layers.Recurrent;

public sealed class RecurrentLayerTests
{
    [Fact]
    public void Parameters_have_PyTorchs_names_order_and_shapes()
    {
        LSTM layer = new(3, 4, 2, bidirectional: true, projSize: 2);
        Assert.Equal(
            [
                "weight_ih_l0 [16, 3]", "weight_hh_l0 [16, 2]", "bias_ih_l0 [16]", "bias_hh_l0 [16]", "weight_hr_l0 [2, 4]",
                "weight_ih_l0_reverse [16, 3]", "weight_hh_l0_reverse [16, 2]", "bias_ih_l0_reverse [16]", "bias_hh_l0_reverse [16]",
                "weight_hr_l0_reverse [2, 4]",
                "weight_ih_l1 [16, 4]", "weight_hh_l1 [16, 2]", "bias_ih_l1 [16]", "bias_hh_l1 [16]", "weight_hr_l1 [2, 4]",
                "weight_ih_l1_reverse [16, 4]", "weight_hh_l1_reverse [16, 2]", "bias_ih_l1_reverse [16]", "bias_hh_l1_reverse [16]",
                "weight_hr_l1_reverse [2, 4]",
            ],
            layer.NamedParameters().Select(static p => $"{p.Name} {p.Parameter.Shape}"));
        Assert.Equal(
            ["weight_ih_l0 [12, 3]", "weight_hh_l0 [12, 4]"],
            new GRU(3, 4, bias: false).NamedParameters().Select(static p => $"{p.Name} {p.Parameter.Shape}"));
        Assert.Equal(
            ["weight_ih [4, 3]", "weight_hh [4, 4]", "bias_ih [4]", "bias_hh [4]"],
            new RNNCell(3, 4).NamedParameters().Select(static p => $"{p.Name} {p.Parameter.Shape}"));
    }

    [Fact]
    public void Parameters_start_uniform_within_one_over_the_root_of_the_hidden_length()
    {
        LSTM layer = new(400, 16, generator: new Generator(3));
        foreach (Parameter parameter in layer.Parameters())
        {
            float[] values = parameter.ToArray<float>();
            Assert.InRange(values.Max(), 0.2f, 0.25f);
            Assert.InRange(values.Min(), -0.25f, -0.2f);
        }

        Assert.All(new LSTMCell(4, 100).Parameters(), static p => Assert.True(p.Abs().Max().Item<float>() <= 0.1f));
        Assert.Equal(
            new GRU(3, 4, generator: new Generator(5)).Parameters()[1].ToArray<float>(),
            new GRU(3, 4, generator: new Generator(5)).Parameters()[1].ToArray<float>());
    }

    [Fact]
    public void A_sequence_in_two_stretches_gives_what_it_gives_in_one()
    {
        Tensor x = Tensor.Randn([7, 2, 3], DType.Float64);
        LSTM lstm = new(3, 4, 2, dtype: DType.Float64);
        (Tensor whole, LSTMState last) = lstm.Forward(x);
        (Tensor first, LSTMState state) = lstm.Forward(x[..3]);
        (Tensor second, state) = lstm.Forward(x[3..], state);
        Close(whole, Tensor.Cat([first, second]));
        Close(last.Hidden, state.Hidden);
        Close(last.Cell, state.Cell);
        GRU gru = new(3, 4, dtype: DType.Float64);
        (whole, Tensor hidden) = gru.Forward(x);
        (first, Tensor between) = gru.Forward(x[..3]);
        (second, between) = gru.Forward(x[3..], between);
        Close(whole, Tensor.Cat([first, second]));
        Close(hidden, between);
    }

    [Fact]
    public void Backpropagation_stops_where_the_state_was_detached()
    {
        LSTM layer = new(2, 3);
        Tensor early = Tensor.Randn(4, 1, 2), late = Tensor.Randn(4, 1, 2);
        early.RequiresGrad = late.RequiresGrad = true;
        (_, LSTMState state) = layer.Forward(early);
        layer.Forward(late, state).Output.Sum().Backward(retainGraph: true);
        Assert.True(early.Grad!.Abs().Sum().Item<float>() > 0);
        early.Grad = null;
        layer.Forward(late, state.Detach()).Output.Sum().Backward();
        Assert.Null(early.Grad);
        Assert.NotNull(late.Grad);
    }

    [Fact]
    public void A_long_sequence_trains_in_stretches_with_flat_history()
    {
        GRU layer = new(1, 8, generator: new Generator(1));
        Linear head = new(8, 1, generator: new Generator(2));
        DeepLearning.Optimizers.Adam optimizer = new([.. layer.Parameters(), .. head.Parameters()], 0.02);
        Tensor wave = (Tensor.Arange(0, 401, dtype: DType.Float32) * 0.3).Sin().Reshape(401, 1, 1);
        List<double> losses = [];
        for (int epoch = 0; epoch < 6; epoch++)
        {
            Tensor? hidden = null;
            double total = 0;
            for (int start = 0; start < 400; start += 20)
            {
                (Tensor output, hidden) = layer.Forward(wave[start..(start + 20)], hidden?.Detach());
                Tensor loss = DeepLearning.Losses.Loss.MSE(head.Forward(output), wave[(start + 1)..(start + 21)]);
                optimizer.ZeroGrad();
                loss.Backward();
                optimizer.Step();
                total += loss.Item<float>();
            }

            losses.Add(total / 20);
        }

        Assert.True(losses[^1] < losses[0] / 20, string.Join(", ", losses));
    }

    [Fact]
    public void Dropout_acts_between_layers_in_training_alone()
    {
        Tensor x = Tensor.Randn(5, 3, 2);
        LSTM two = new(2, 8, 2, dropout: 0.5), one = new(2, 8, 1, dropout: 0.5);
        Assert.NotEqual(two.Forward(x).Output.ToArray<float>(), two.Forward(x).Output.ToArray<float>());
        Assert.Equal(one.Forward(x).Output.ToArray<float>(), one.Forward(x).Output.ToArray<float>());
        two.Eval();
        Assert.Equal(two.Forward(x).Output.ToArray<float>(), two.Forward(x).Output.ToArray<float>());
        LSTM all = new(2, 3, 2, dropout: 1, bias: false);
        Assert.All(all.Forward(x).Output.ToArray<float>(), static value => Assert.Equal(0, value));
    }

    [Fact]
    public void Every_step_or_the_last_goes_into_a_sequential()
    {
        Tensor batchFirst = Tensor.Randn(3, 5, 2), stepsFirst = Tensor.Randn(5, 3, 2), single = Tensor.Randn(5, 2);
        LSTM lstm = new(2, 4, batchFirst: true);
        Sequential model = new(lstm.LastStep(), new Linear(4, 2));
        Assert.Equal([3, 2], model.Forward(batchFirst).Shape.ToArray());
        Close(lstm.Forward(batchFirst).State.Hidden[0], lstm.LastStep().Forward(batchFirst));
        Close(lstm.Forward(single).State.Hidden[0], lstm.LastStep().Forward(single));
        GRU gru = new(2, 4);
        Assert.Equal([5, 3, 1], new Sequential(gru.EveryStep(), new Linear(4, 1)).Forward(stepsFirst).Shape.ToArray());
        Close(gru.Forward(stepsFirst).Hidden[0], gru.LastStep().Forward(stepsFirst));
        Assert.Equal("0.0.weight_ih_l0", model.NamedParameters()[0].Name);
    }

    [Fact]
    public void A_summary_counts_the_products_of_all_steps_and_a_trace_sees_one_operation()
    {
        LSTM layer = new(3, 4, bidirectional: true);
        ModuleSummary summary = layer.Summary(Tensor.Zeros(5, 2, 3));
        Assert.Equal(2 * 5 * 2 * 16 * (3 + 4), summary.MultiplyAdds);
        Assert.Contains("[5, 2, 8], [2, 2, 4], [2, 2, 4]", summary.ToString());
        Graph graph = Graph.Of(layer, given => [layer.Forward(given[0]).Output], Tensor.Zeros(5, 2, 3));
        Assert.Equal(2, graph.Nodes.Count(static node => node.Operation == "LSTM"));
        Assert.DoesNotContain(graph.Nodes, static node => node.Operation is "Linear" or "Sigmoid");
    }

    [Fact]
    public void Layers_print_their_options()
    {
        Assert.Equal("LSTM(3→4)", new LSTM(3, 4).ToString());
        Assert.Equal(
            "LSTM(3→4, layers=2, proj_size=2, bidirectional, batch first, dropout=0.1, no bias)",
            new LSTM(3, 4, 2, bias: false, batchFirst: true, dropout: 0.1, bidirectional: true, projSize: 2).ToString());
        Assert.Equal("RNN(3→4, relu)", new RNN(3, 4, nonlinearity: RNNNonlinearity.ReLU).ToString());
        Assert.Equal("RNNCell(3→4, relu, no bias)", new RNNCell(3, 4, false, RNNNonlinearity.ReLU).ToString());
    }

    [Fact]
    public void An_empty_batch_gives_empty_outputs()
    {
        foreach (DType dtype in new[] { DType.Float32, DType.Float16 })
        {
            (Tensor output, LSTMState state) = new LSTM(3, 4, dtype: dtype).Forward(Tensor.Zeros([5, 0, 3], dtype));
            Assert.Equal([5, 0, 4], output.Shape.ToArray());
            Assert.Equal([1, 0, 4], state.Cell.Shape.ToArray());
        }
    }

    [Theory]
    [InlineData(DType.Float16)]
    [InlineData(DType.BFloat16)]
    public void Sixteen_bit_floats_are_rounded_at_the_end_alone(DType dtype)
    {
        Tensor x = Tensor.Randn(6, 2, 3).To(dtype);
        GRU narrow = new(3, 5, dtype: dtype), wide = new(3, 5);
        wide.LoadStateDict(narrow.StateDict());
        (Tensor output, Tensor hidden) = narrow.Forward(x);
        (Tensor expected, Tensor last) = wide.Forward(x.To(DType.Float32));
        Assert.Equal(expected.To(dtype).ToArray<float>(), output.ToArray<float>());
        Assert.Equal(last.To(dtype).ToArray<float>(), hidden.ToArray<float>());
        output.Sum().Backward();
        expected.Sum().Backward();
        foreach ((Parameter one, Parameter other) in narrow.Parameters().Zip(wide.Parameters()))
        {
            Assert.Equal(dtype, one.Grad!.DType);
            Assert.Equal(other.Grad!.To(dtype).ToArray<float>(), one.Grad.ToArray<float>());
        }
    }

    [Fact]
    public void A_module_around_them_saves_and_loads_them()
    {
        Sequential<Tensor, Tensor> model = new LSTM(2, 3, 2, bidirectional: true).EveryStep();
        Sequential<Tensor, Tensor> other = new LSTM(2, 3, 2, bidirectional: true).EveryStep();
        other.LoadStateDict(model.StateDict());
        Tensor x = Tensor.Randn(4, 2, 2);
        Assert.Equal(model.Forward(x).ToArray<float>(), other.Forward(x).ToArray<float>());
    }

    public static TheoryData<string, Func<object>> BadInput => new()
    {
        {
            "LSTM 3→4: an input [5, 2, 2] does not fit; it is [steps, batch, 3]",
            static () => new LSTM(3, 4).Forward(Tensor.Zeros(5, 2, 2))
        },
        { "an input [3] does not fit", static () => new LSTM(3, 4).Forward(Tensor.Zeros(3)) },
        { "an input [1, 5, 2, 3] does not fit", static () => new GRU(3, 4).Forward(Tensor.Zeros(1, 5, 2, 3)) },
        {
            "an input [2, 0, 3] has no steps; a sequence has one or more, along axis 1",
            static () => new RNN(3, 4, batchFirst: true).Forward(Tensor.Zeros(2, 0, 3))
        },
        { "an input [0, 3] has no steps", static () => new RNN(3, 4).Forward(Tensor.Zeros(0, 3)) },
        {
            "a hidden state [1, 3, 4] does not fit an input [5, 2, 3]; it is [1, 2, 4]",
            static () => new GRU(3, 4).Forward(Tensor.Zeros(5, 2, 3), Tensor.Zeros(1, 3, 4))
        },
        { "a hidden state [2, 4] does not fit", static () => new GRU(3, 4).Forward(Tensor.Zeros(5, 2, 3), Tensor.Zeros(2, 4)) },
        { "it is [1, 4]", static () => new GRU(3, 4).Forward(Tensor.Zeros(5, 3), Tensor.Zeros(1, 1, 4)) },
        {
            "a cell state [1, 2, 2] does not fit an input [5, 2, 3]; it is [1, 2, 4]",
            static () => new LSTM(3, 4, projSize: 2).Forward(Tensor.Zeros(5, 2, 3), (Tensor.Zeros(1, 2, 2), Tensor.Zeros(1, 2, 2)))
        },
        { "an input of float64 does not fit float32", static () => new LSTM(3, 4).Forward(Tensor.Zeros([5, 2, 3], DType.Float64)) },
        { "an input of int64", static () => new LSTM(3, 4).Forward(Tensor.Zeros([5, 2, 3], DType.Int64)) },
        {
            "a hidden state of float64 does not fit float32",
            static () => new GRU(3, 4).Forward(Tensor.Zeros(5, 2, 3), Tensor.Zeros([1, 2, 4], DType.Float64))
        },
        {
            "LSTMCell 3→4: an input [2, 2] does not fit; it is [batch, 3], or [3] without a batch",
            static () => new LSTMCell(3, 4).Forward(Tensor.Zeros(2, 2))
        },
        {
            "a hidden state [3, 4] does not fit an input [2, 3]; it is [2, 4]",
            static () => new RNNCell(3, 4).Forward(Tensor.Zeros(2, 3), Tensor.Zeros(3, 4))
        },
        {
            "a hidden state [1, 4] does not fit an input [3]; it is [4]",
            static () => new GRUCell(3, 4).Forward(Tensor.Zeros(3), Tensor.Zeros(1, 4))
        },
        {
            "packed data [3, 2] do not fit; they are [rows, 3]",
            static () => new GRU(3, 4).Forward(Sequences.PackSequence([Tensor.Zeros(2, 2), Tensor.Zeros(1, 2)]))
        },
        { "hiddenSize", static () => new LSTM(3, 0) },
        { "numLayers", static () => new LSTM(3, 4, 0) },
        { "inputSize", static () => new GRU(-1, 4) },
        { "projSize", static () => new LSTM(3, 4, projSize: 4) },
        { "projSize", static () => new LSTM(3, 4, projSize: -1) },
        { "RNN: dropout is 1.5; it must be a probability, from 0 to 1.", static () => new RNN(3, 4, dropout: 1.5) },
    };

    [Theory]
    [MemberData(nameof(BadInput))]
    public void Bad_input_is_an_error_that_says_what_would_fit(string message, Func<object> call)
    {
        Exception error = Assert.ThrowsAny<Exception>(() => call());
        Assert.True(error is ShapeException or DTypeException or ArgumentOutOfRangeException, error.GetType().Name);
        Assert.Contains(message, error.Message);
    }

    [Fact]
    public void An_error_names_the_layers_place_in_the_model()
    {
        Sequential model = new(new Linear(2, 3), new GRU(4, 5).LastStep());
        ShapeException error = Assert.Throws<ShapeException>(() => model.Forward(Tensor.Zeros(3, 2, 2)));
        Assert.StartsWith("1.0 (GRU 4→5): an input [3, 2, 3] does not fit", error.Message);
    }

    private static void Close(Tensor expected, Tensor actual)
    {
        Assert.Equal(expected.Shape, actual.Shape);
        Assert.True(expected.AllClose(actual, 1e-6, 1e-6));
    }
}
