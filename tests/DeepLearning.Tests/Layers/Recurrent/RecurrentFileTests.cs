using DeepLearning.Layers;
using DeepLearning.Serialization;

namespace DeepLearning.Tests.Layers.Recurrent;

/// <summary>Recurrent layers that PyTorch saved (Serialization/generate_recurrent.py) load by key and give PyTorch's outputs.</summary>
public sealed class RecurrentFileTests
{
    [Fact]
    public void A_state_dict_of_PyTorch_loads_by_key_and_gives_its_outputs()
    {
        Model model = new();
        StateDictMismatch mismatch = model.LoadStateDict(Safetensors.Load(Bytes("recurrent.safetensors")));
        Assert.Empty(mismatch.Missing);
        Assert.Empty(mismatch.Unexpected);
        model.Eval();
        OrderedDictionary<string, Tensor> answer = Safetensors.Load(Bytes("recurrent-answer.safetensors"));
        using GradMode.Region region = GradMode.NoGrad();
        Dictionary<string, Tensor> outputs = model.Forward(answer["input"]);
        Assert.Equal(answer.Keys.Where(static key => key != "input").Order(), outputs.Keys.Order());
        foreach ((string key, Tensor output) in outputs)
        {
            Assert.Equal(answer[key].Shape, output.Shape);
            double error = (output - answer[key]).Norm().Item<float>() / answer[key].Norm().Item<float>();
            Assert.True(error <= 1e-6, $"{key} differs by {error}.");
        }
    }

    [Fact]
    public void Keys_stand_in_the_order_of_PyTorchs_file_by_name_and_have_its_shapes()
    {
        OrderedDictionary<string, Tensor> own = new Model().StateDict(), theirs = Safetensors.Load(Bytes("recurrent.safetensors"));
        Assert.Equal(theirs.Keys.Order(StringComparer.Ordinal), own.Keys.Order(StringComparer.Ordinal));
        Assert.All(own, pair => Assert.Equal(theirs[pair.Key].Shape, pair.Value.Shape));
    }

    private static byte[] Bytes(string name)
    {
        using Stream stream = typeof(RecurrentFileTests).Assembly.GetManifestResourceStream($"Serialization/{name}")!;
        byte[] bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    private sealed class Model : Module<Tensor, Dictionary<string, Tensor>>
    {
        private readonly LSTM _lstm = new(5, 6, 2, batchFirst: true, bidirectional: true);
        private readonly LSTM _projected = new(12, 7, batchFirst: true, projSize: 3);
        private readonly GRU _gru = new(5, 6, 2, batchFirst: true, bidirectional: true);
        private readonly RNN _rnn = new(5, 4, batchFirst: true, nonlinearity: RNNNonlinearity.ReLU, bias: false);
        private readonly LSTMCell _cell = new(5, 4);

        public override Dictionary<string, Tensor> Forward(Tensor input)
        {
            (Tensor y, LSTMState state) = _lstm.Forward(input);
            (Tensor z, LSTMState projected) = _projected.Forward(y);
            (Tensor g, Tensor hg) = _gru.Forward(input);
            (Tensor r, Tensor hr) = _rnn.Forward(input);
            LSTMState cell = _cell.Forward(input.Select(1, 0));
            return new Dictionary<string, Tensor>
            {
                ["lstm"] = y,
                ["lstm_hidden"] = state.Hidden,
                ["lstm_cell"] = state.Cell,
                ["projected"] = z,
                ["projected_hidden"] = projected.Hidden,
                ["projected_cell"] = projected.Cell,
                ["gru"] = g,
                ["gru_hidden"] = hg,
                ["rnn"] = r,
                ["rnn_hidden"] = hr,
                ["cell_hidden"] = cell.Hidden,
                ["cell_cell"] = cell.Cell,
            };
        }
    }
}
