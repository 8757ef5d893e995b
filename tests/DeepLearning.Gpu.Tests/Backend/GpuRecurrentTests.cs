using DeepLearning.Layers;

namespace DeepLearning.Tests.Gpu.Backend;

/// <summary>Recurrent layers on the device, beside the processor: sequences of one length and of several, both directions.</summary>
public sealed class GpuRecurrentTests
{
    public static TheoryData<string, bool, bool> Layers()
    {
        TheoryData<string, bool, bool> cases = [];
        foreach (string layer in (string[])["tanh", "relu", "gru", "lstm", "projected"])
        {
            cases.Add(layer, false, false);
            cases.Add(layer, true, true);
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Layers))]
    public void Results_and_gradients_agree(string layer, bool isPacked, bool bidirectional)
    {
        Tensor[] expected = Run(Device.Cpu, layer, isPacked, bidirectional);
        Tensor[] actual = Run(Device.IlgpuCpu, layer, isPacked, bidirectional);
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            BothDevices.Compare(expected[i], actual[i], 4e-6, i == 0 ? "the result" : $"gradient {i - 1}");
        }
    }

    [Fact]
    public void Evaluation_goes_on_from_states_without_a_detour_over_the_host()
    {
        Device own = OwnDevice.Make("ilgpu:recurrent");
        float[][] found = [.. ((Device[])[Device.Cpu, own]).Select(device =>
        {
            using GradMode.Region region = GradMode.NoGrad();
            LSTM lstm = new(3, 5, generator: new Generator(8));
            lstm.To(device);
            Tensor x = Tensor.Randn([4, 2, 3], generator: new Generator(9)).To(device);
            (Tensor first, LSTMState state) = lstm.Forward(x);
            (Tensor second, state) = lstm.Forward(x, state);
            return Tensor.Cat([first.Reshape(-1), second.Reshape(-1), state.Cell.Reshape(-1)]).To(Device.Cpu).ToArray<float>();
        })];
        Assert.All(found[0].Zip(found[1]), static pair => Assert.Equal(pair.First, pair.Second, 1e-6f));
        Assert.Empty(own.HostFallbacks);
    }

    /// <summary>The outputs, then the gradients of the input and of the parameters.</summary>
    private static Tensor[] Run(Device device, string name, bool isPacked, bool bidirectional)
    {
        Generator generator = new(17);
        Module layer = name switch
        {
            "tanh" => new RNN(3, 5, bidirectional: bidirectional, generator: generator),
            "relu" => new RNN(3, 5, nonlinearity: RNNNonlinearity.ReLU, bias: false, bidirectional: bidirectional, generator: generator),
            "gru" => new GRU(3, 5, bidirectional: bidirectional, generator: generator),
            "lstm" => new LSTM(3, 5, numLayers: 2, bidirectional: bidirectional, generator: generator),
            _ => new LSTM(3, 5, projSize: 2, bidirectional: bidirectional, generator: generator),
        };
        layer.To(device);
        Tensor x = Tensor.Randn([4, 3, 3], generator: generator).To(device);
        x.RequiresGrad = true;
        Tensor y;
        if (isPacked)
        {
            PackedSequence packed = Sequences.PackPaddedSequence(x, [4, 2, 1]);
            (PackedSequence output, Tensor last) = layer switch
            {
                RNN rnn => rnn.Forward(packed),
                GRU gru => gru.Forward(packed),
                LSTM lstm => Of(lstm.Forward(packed)),
                _ => throw new InvalidOperationException(name),
            };
            y = Tensor.Cat([output.Data.Reshape(-1), last.Reshape(-1)]);
        }
        else
        {
            (Tensor output, Tensor last) = layer switch
            {
                RNN rnn => rnn.Forward(x),
                GRU gru => gru.Forward(x),
                LSTM lstm => Of(lstm.Forward(x)),
                _ => throw new InvalidOperationException(name),
            };
            y = Tensor.Cat([output.Reshape(-1), last.Reshape(-1)]);
        }

        Tensor weights = Tensor.Arange(1, y.Count + 1, 1, DType.Float32).Sin().To(device);
        (y * weights).Sum().Backward();
        return [y.Detach(), x.Grad!, .. layer.Parameters().Select(static parameter => parameter.Grad!)];
    }

    private static (T Output, Tensor Last) Of<T>((T Output, LSTMState State) result) =>
        (result.Output, Tensor.Cat([result.State.Hidden.Reshape(-1), result.State.Cell.Reshape(-1)]));
}
