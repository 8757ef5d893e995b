using DeepLearning.Layers;

namespace DeepLearning.Tests.Layers;

/// <summary>Functions that listen to modules of any number of inputs and outputs.</summary>
public class ModuleHookTests
{
    private const DType F64 = DType.Float64;

    /// <summary>A module, a call of it for its tensors that need gradients, and how many tensors its hooks see.</summary>
    public static TheoryData<string, int, int> Modules => new()
    {
        { "Linear", 1, 1 },
        { "Sequential", 1, 1 },
        { "Sequential of Then", 1, 1 },
        { "Bilinear", 2, 1 },
        { "CosineSimilarity", 2, 1 },
        { "PairwiseDistance", 2, 1 },
        { "MaxUnpool1d", 2, 1 },
        { "MaxPool1d", 1, 2 },
        { "AdaptiveMaxPool1d", 1, 2 },
        { "FractionalMaxPool2d", 1, 2 },
        { "RNNCell", 3, 2 },
        { "LSTMCell", 3, 2 },
        { "GRUCell", 3, 2 },
        { "RNN", 3, 3 },
        { "LSTM", 3, 3 },
        { "GRU", 3, 3 },
        { "LSTM packed", 3, 3 },
        { "MultiheadAttention", 5, 2 },
        { "TransformerEncoderLayer", 3, 1 },
        { "TransformerEncoder", 3, 1 },
        { "TransformerDecoderLayer", 6, 1 },
        { "TransformerDecoder", 6, 1 },
        { "Transformer", 8, 1 },
    };

    [Theory]
    [MemberData(nameof(Modules))]
    public void Hooks_see_every_tensor_of_a_call_and_leave_its_numbers_alone(string name, int inputs, int outputs)
    {
        (Module module, Func<Tensor[], Tensor> call, Tensor[] leaves) = Call(name);
        Tensor plain = call(leaves);
        (Tensor[] plainOfLeaves, Tensor[] plainOfParameters) = Gradients(module, plain, leaves);
        int calls = 0;
        Tensor?[] ofInputs = [], ofOutputs = [];
        module.RegisterForwardPreHook((who, x) =>
        {
            Assert.Same(module, who);
            Assert.Equal(inputs, x.Length);
            calls++;
            return null;
        });
        module.RegisterForwardHook((who, x, y) =>
        {
            Assert.Equal((inputs, outputs), (x.Length, y.Length));
            Assert.NotNull(y[0]);
            return null;
        });
        module.RegisterBackwardHook((who, dx, dy) =>
        {
            (ofInputs, ofOutputs) = (dx, dy);
            calls++;
            return null;
        });
        Tensor hooked = call(leaves);
        Assert.True(plain.Equal(hooked));
        (Tensor[] ofLeaves, Tensor[] ofParameters) = Gradients(module, hooked, leaves);
        Assert.Equal(2, calls);
        Assert.Equal((inputs, outputs), (ofInputs.Length, ofOutputs.Length));
        Assert.NotNull(ofOutputs[0]);
        Assert.NotNull(ofInputs[0]);
        Assert.True(name.EndsWith("packed", StringComparison.Ordinal) || ofInputs[0]!.AllClose(ofLeaves[0], 1e-12, 1e-12));
        Assert.All(plainOfLeaves.Zip(ofLeaves), static pair => Assert.True(pair.First.AllClose(pair.Second, 1e-12, 1e-12)));
        Assert.All(plainOfParameters.Zip(ofParameters), static pair => Assert.True(pair.First.AllClose(pair.Second, 1e-12, 1e-12)));
    }

    [Theory]
    [MemberData(nameof(Modules))]
    public void Hooks_replace_inputs_outputs_and_gradients(string name, int inputs, int outputs)
    {
        _ = outputs;
        (Module module, Func<Tensor[], Tensor> call, Tensor[] leaves) = Call(name);
        Tensor twice = call([leaves[0].Detach() * 2, .. leaves[1..]]);
        using (module.RegisterForwardPreHook((_, x) => [x[0]! * 2, .. x[1..]]))
        {
            Assert.True(call(leaves).AllClose(twice, 1e-12, 1e-12));
        }

        Tensor plain = call(leaves);
        using (module.RegisterForwardHook((_, _, y) => [y[0]! + 1, .. y[1..]]))
        {
            Assert.True(call(leaves).AllClose(plain + 1, 1e-12, 1e-12));
        }

        using (module.RegisterBackwardHook((_, dx, _) => Array.ConvertAll(dx, static g => g is null ? null : Tensor.ZerosLike(g))))
        {
            (Tensor[] ofLeaves, _) = Gradients(module, call(leaves), leaves);
            Assert.All(ofLeaves, static g => Assert.True(g.Equal(Tensor.ZerosLike(g))));
        }

        Assert.True(call(leaves).Equal(plain));
        Assert.Throws<ArgumentException>(() =>
        {
            using (module.RegisterForwardPreHook((_, x) => [.. x, x[0]]))
            {
                call(leaves);
            }
        });
        Assert.Throws<ArgumentException>(() =>
        {
            using (module.RegisterForwardHook((_, _, y) => new Tensor?[y.Length]))
            {
                call(leaves);
            }
        });
        Assert.True(call(leaves).Equal(plain));
        Assert.True(inputs >= leaves.Length);
    }

    [Fact]
    public void All_modules_of_a_model_can_be_listened_to_at_once()
    {
        Sequential model = new(new Linear(3, 4), new Sequential(new ReLU(), new Linear(4, 2)));
        List<string> order = [];
        foreach (Module module in model.Modules())
        {
            module.RegisterForwardHook((who, _, _) =>
            {
                order.Add($"+{who.Path}");
                return null;
            });
            module.RegisterBackwardHook((who, _, _) =>
            {
                order.Add($"-{who.Path}");
                return null;
            });
        }

        Tensor x = Tensor.Ones(2, 3);
        x.RequiresGrad = true;
        model.Forward(x).Sum().Backward();
        Assert.Equal(["+0", "+1.0", "+1.1", "+1", "+", "-1.1", "-1.0", "-1", "-0", "-"], order);
    }

    [Fact]
    public void The_gradient_of_an_output_that_nothing_uses_is_null()
    {
        LSTM layer = new(2, 3);
        Tensor?[] ofInputs = [], ofOutputs = [];
        layer.RegisterBackwardHook((_, dx, dy) =>
        {
            (ofInputs, ofOutputs) = (dx, dy);
            return null;
        });
        Tensor x = Tensor.Randn(4, 1, 2);
        x.RequiresGrad = true;
        layer.Forward(x).State.Cell.Sum().Backward();
        Assert.True(ofInputs[0]!.Equal(x.Grad!));
        Assert.Null(ofInputs[1]);
        Assert.Null(ofOutputs[0]);
        Assert.Null(ofOutputs[1]);
        Assert.Equal(new Shape(1, 1, 3), ofOutputs[2]!.Shape);
    }

    [Fact]
    public void Without_gradients_of_the_inputs_a_backward_hook_gets_those_of_the_outputs()
    {
        MultiheadAttention layer = new(4, 2);
        Tensor?[] ofInputs = [], ofOutputs = [];
        layer.RegisterBackwardHook((_, dx, dy) =>
        {
            (ofInputs, ofOutputs) = (dx, dy);
            return null;
        });
        Tensor x = Tensor.Randn(3, 1, 4);
        layer.Forward(x, x, x).Output.Sum().Backward();
        Assert.All(ofInputs, Assert.Null);
        Assert.True(ofOutputs[0]!.Equal(Tensor.Ones(3, 1, 4)));
        Assert.NotNull(layer.InProjWeight!.Grad);
    }

    [Fact]
    public void A_hooked_call_has_derivatives_of_every_order()
    {
        GRUCell cell = new(2, 3, dtype: F64), plain = cell.DeepCopy();
        cell.RegisterBackwardHook((_, dx, _) => [dx[0]! * dx[0]!, dx[1], dx[2]]);
        Tensor x = Tensor.Randn([2, 2], F64), h = Tensor.Randn([2, 3], F64);
        x.RequiresGrad = true;
        Tensor first = Autograd.Grad(cell.Forward(x, h).Square().Sum(), [x], createGraph: true)[0];
        Tensor second = Autograd.Grad(first.Sum(), [x])[0];
        Tensor plainFirst = Autograd.Grad(plain.Forward(x, h).Square().Sum(), [x], createGraph: true)[0].Square();

        // On its way from the first gradient back to x the pass comes through the hook again.
        Tensor plainSecond = Autograd.Grad(plainFirst.Sum(), [x])[0].Square();
        Assert.True(first.AllClose(plainFirst, 1e-10, 1e-10));
        Assert.True(second.AllClose(plainSecond, 1e-10, 1e-10));
    }

    [Fact]
    public void A_layer_that_changes_its_input_in_place_gives_the_same_gradients_with_a_hook()
    {
        InPlace layer = new();
        Tensor x = Tensor.Randn([3], F64);
        x.RequiresGrad = true;
        (layer.Forward(x * 3) * x).Sum().Backward();
        Tensor plain = x.Grad!.Clone();
        x.Grad = null;
        layer.RegisterBackwardHook((_, _, _) => null);
        (layer.Forward(x * 3) * x).Sum().Backward();
        Assert.True(x.Grad!.AllClose(plain, 1e-12, 1e-12));
    }

    [Fact]
    public void A_module_whose_calls_nobody_sees_refuses_hooks()
    {
        Own module = new();
        NotSupportedException error = Assert.Throws<NotSupportedException>(
            () => module.RegisterForwardHook(static (_, _, _) => null));
        Assert.Contains("Own", error.Message, StringComparison.Ordinal);
        Assert.Contains("Layer", error.Message, StringComparison.Ordinal);
        Assert.Throws<NotSupportedException>(() => module.RegisterForwardPreHook(static (_, _) => null));
        Assert.Throws<NotSupportedException>(() => module.RegisterBackwardHook(static (_, _, _) => null));
        Assert.Throws<NotSupportedException>(() => new OwnChain().RegisterForwardHook(static (_, _, _) => null));
    }

    private static (Tensor[] OfLeaves, Tensor[] OfParameters) Gradients(Module module, Tensor output, Tensor[] leaves)
    {
        Tensor[] parameters = [.. module.Parameters()];
        Tensor weights = Tensor.Arange(1, output.Count + 1).To(F64).Reshape(output.Shape);
        Tensor?[] all = Autograd.GradOrNull([(output * weights).Sum()], [.. leaves, .. parameters], [null]);
        Tensor[] filled = [.. all.Select((g, i) => g ?? Tensor.ZerosLike(i < leaves.Length ? leaves[i] : parameters[i - leaves.Length]))];
        return (filled[..leaves.Length], filled[leaves.Length..]);
    }

    private static (Module Module, Func<Tensor[], Tensor> Call, Tensor[] Leaves) Call(string name)
    {
        Generator random = new(7);
        Tensor New(params ReadOnlySpan<int> shape)
        {
            Tensor x = Tensor.Randn(shape, F64, generator: random);
            x.RequiresGrad = true;
            return x;
        }

        switch (name)
        {
            case "Linear":
                Linear linear = new(3, 2, dtype: F64);
                return (linear, x => linear.Forward(x[0]), [New(4, 3)]);
            case "Sequential":
                Sequential sequential = new(new Linear(3, 2, dtype: F64), new Tanh());
                return (sequential, x => sequential.Forward(x[0]), [New(4, 3)]);
            case "Sequential of Then":
                Sequential<Tensor, Tensor> chain = new Linear(3, 2, dtype: F64).Then(static x => x.Tanh());
                return (chain, x => chain.Forward(x[0]), [New(4, 3)]);
            case "Bilinear":
                Bilinear bilinear = new(3, 2, 4, dtype: F64);
                return (bilinear, x => bilinear.Forward(x[0], x[1]), [New(4, 3), New(4, 2)]);
            case "CosineSimilarity":
                // Of the length of the vectors it says nothing, so that twice the input would be seen by nothing.
                CosineSimilarity cosine = new(eps: 100);
                return (cosine, x => cosine.Forward(x[0], x[1]), [New(4, 3), New(4, 3)]);
            case "PairwiseDistance":
                PairwiseDistance distance = new();
                return (distance, x => distance.Forward(x[0], x[1]), [New(4, 3), New(4, 3)]);
            case "MaxUnpool1d":
                MaxUnpool1d unpool = new(2);
                Tensor places = Tensor.From<long>([0, 3, 5]).Reshape(1, 1, 3);
                return (unpool, x => unpool.Forward(x[0], places), [New(1, 1, 3)]);
            case "MaxPool1d":
                MaxPool1d pool = new(2);
                return (pool, x => pool.ForwardWithIndices(x[0]).Values, [New(1, 2, 6)]);
            case "AdaptiveMaxPool1d":
                AdaptiveMaxPool1d adaptive = new(2);
                return (adaptive, x => adaptive.ForwardWithIndices(x[0]).Values, [New(1, 2, 6)]);
            case "FractionalMaxPool2d":
                FractionalMaxPool2d fractional = new(2, outputSize: 2, randomSamples: Tensor.Full([1, 1, 2], 0.4, F64));
                return (fractional, x => fractional.ForwardWithIndices(x[0]).Values, [New(1, 1, 5, 5)]);
            case "RNNCell":
                RNNCell rnnCell = new(2, 3, dtype: F64);
                return (rnnCell, x => rnnCell.Forward(x[0], x[1]), [New(4, 2), New(4, 3)]);
            case "LSTMCell":
                LSTMCell lstmCell = new(2, 3, dtype: F64);
                return (lstmCell, x => lstmCell.Forward(x[0], (x[1], x[2])).Hidden, [New(4, 2), New(4, 3), New(4, 3)]);
            case "GRUCell":
                GRUCell gruCell = new(2, 3, dtype: F64);
                return (gruCell, x => gruCell.Forward(x[0], x[1]), [New(4, 2), New(4, 3)]);
            case "RNN":
                RNN rnn = new(2, 3, dtype: F64);
                return (rnn, x => rnn.Forward(x[0], x[1]).Output, [New(5, 4, 2), New(1, 4, 3)]);
            case "LSTM":
                LSTM lstm = new(2, 3, numLayers: 2, bidirectional: true, dtype: F64);
                return (lstm, x => lstm.Forward(x[0], (x[1], x[2])).Output, [New(5, 4, 2), New(4, 4, 3), New(4, 4, 3)]);
            case "GRU":
                GRU gru = new(2, 3, dtype: F64);
                return (gru, x => gru.Forward(x[0], x[1]).Output, [New(5, 4, 2), New(1, 4, 3)]);
            case "LSTM packed":
                LSTM packed = new(2, 3, dtype: F64);
                return (
                    packed, x => packed.Forward(Sequences.PackPaddedSequence(x[0], [5, 2, 4], enforceSorted: false)).Output.Data,
                    [New(5, 3, 2)]);
            case "MultiheadAttention":
                MultiheadAttention attention = new(4, 2, dtype: F64);
                return (attention, x => attention.Forward(x[0], x[1], x[2]).Output, [New(3, 2, 4), New(5, 2, 4), New(5, 2, 4)]);
            case "TransformerEncoderLayer":
                TransformerEncoderLayer encoderLayer = new(4, 2, 8, dropout: 0, dtype: F64);
                return (encoderLayer, x => encoderLayer.Forward(x[0], x[1]), [New(3, 2, 4), New(3, 3)]);
            case "TransformerEncoder":
                TransformerEncoder encoder = new(new TransformerEncoderLayer(4, 2, 8, dropout: 0, dtype: F64), 2);
                return (encoder, x => encoder.Forward(x[0], x[1]), [New(3, 2, 4), New(3, 3)]);
            case "TransformerDecoderLayer":
                TransformerDecoderLayer decoderLayer = new(4, 2, 8, dropout: 0, dtype: F64);
                return (decoderLayer, x => decoderLayer.Forward(x[0], x[1]), [New(3, 2, 4), New(5, 2, 4)]);
            case "TransformerDecoder":
                TransformerDecoder decoder = new(new TransformerDecoderLayer(4, 2, 8, dropout: 0, dtype: F64), 2);
                return (decoder, x => decoder.Forward(x[0], x[1]), [New(3, 2, 4), New(5, 2, 4)]);
            default:
                Transformer transformer = new(4, 2, 1, 1, 8, dropout: 0, dtype: F64);
                return (transformer, x => transformer.Forward(x[0], x[1]), [New(3, 2, 4), New(5, 2, 4)]);
        }
    }

    private sealed class InPlace : Layer
    {
        protected override Tensor Compute(Tensor input)
        {
            input.MultiplyInPlace(input.Tanh());
            return input * 2;
        }
    }

    private sealed class Own : Module<Tensor, Tensor>
    {
        public override Tensor Forward(Tensor input) => input;
    }

    private sealed class OwnChain : Sequential
    {
        public override Tensor Forward(Tensor input) => input;
    }
}
