using DeepLearning.Layers;
using DeepLearning.Testing;
using DeepLearning.Tests.Infrastructure.Catalog;

namespace DeepLearning.Tests.Layers.Catalog;

/// <summary>
/// Recurrent layers and cells, from zeros, from a state and over packed sequences; two samples, three steps of three numbers.
/// </summary>
internal static class RecurrentEntries
{
    public static IEnumerable<CatalogEntry> Entries =>
    [
        Steps("RNN", static () => new RNN(3, 2), "[L, N, 2]", "[1, N, 2]"),
        Steps(
            "RNN, relu, two layers, no bias", static () => new RNN(3, 2, 2, RNNNonlinearity.ReLU, bias: false), "[L, N, 2]", "[2, N, 2]"),
        Steps("RNN, both directions", static () => new RNN(3, 2, bidirectional: true), "[L, N, 4]", "[2, N, 2]"),
        Steps("GRU", static () => new GRU(3, 2), "[L, N, 2]", "[1, N, 2]"),
        Steps("GRU, dropout", static () => new GRU(3, 2, 2, dropout: 0.4), "[L, N, 2]", "[2, N, 2]"),
        Batches(
            "GRU, batch first, both directions, no bias",
            static () => new GRU(3, 2, bias: false, batchFirst: true, bidirectional: true), "[N, L, 4]", "[2, N, 2]"),
        Steps("LSTM", static () => new LSTM(3, 2), "[L, N, 2]", "[1, N, 2]", "[1, N, 2]"),
        Steps(
            "LSTM, projection, both directions, no bias",
            static () => new LSTM(3, 2, 2, bias: false, bidirectional: true, projSize: 1),
            "[L, N, 2]", "[4, N, 1]", "[4, N, 2]"),
        Batches(
            "LSTM, batch first, no bias, dropout", static () => new LSTM(3, 2, 2, bias: false, batchFirst: true, dropout: 0.4),
            "[N, L, 2]", "[2, N, 2]", "[2, N, 2]"),
        Batches("LSTM, the last step", static () => new LSTM(3, 2, batchFirst: true).LastStep(), "[N, 2]"),
        Batches(
            "LSTM, the last step and a layer", static () => new LSTM(3, 2, batchFirst: true).LastStep().Then(new Linear(2, 3)), "[N, 3]"),
        Steps("GRU, every step", static () => new GRU(3, 2).EveryStep(), "[L, N, 2]"),
        CatalogEntry.Layer(
            "RNN, from a state",
            static () => new CalledModule<RNN, Tensor, (Tensor, Tensor)>(new RNN(3, 2), static (rnn, x, h) => rnn.Forward(x, h)),
            static random => (random.Normal(3, 2, 3), random.Normal(1, 2, 2)), FromState("[L, N, 2]", "[1, N, 2]")),
        CatalogEntry.Layer(
            "GRU, from a state",
            static () => new CalledModule<GRU, Tensor, (Tensor, Tensor)>(
                new GRU(3, 2, bidirectional: true), static (gru, x, h) => gru.Forward(x, h)),
            static random => (random.Normal(3, 2, 3), random.Normal(2, 2, 2)), FromState("[L, N, 4]", "[2, N, 2]")),
        CatalogEntry.Layer(
            "LSTM, from a state",
            static () => new CalledModule<LSTM, LSTMState, (Tensor, LSTMState)>(
                new LSTM(3, 3, projSize: 2), static (lstm, x, state) => lstm.Forward(x, state)),
            static random => (random.Normal(3, 2, 3), new LSTMState(random.Normal(1, 2, 2), random.Normal(1, 2, 3))),
            FromState("[L, N, 2]", "[1, N, 2]", "[1, N, 3]")),
        Packed("RNN, packed", static () => new PackedRNN()),
        Packed("GRU, packed", static () => new PackedGRU()),
        Packed("LSTM, packed", static () => new PackedLSTM()),
        Cell("RNNCell", static () => new RNNCell(3, 2), "[N, 2]"),
        Cell("RNNCell, relu, no bias", static () => new RNNCell(3, 2, false, RNNNonlinearity.ReLU), "[N, 2]"),
        Cell("GRUCell", static () => new GRUCell(3, 2), "[N, 2]"),
        Cell("GRUCell, no bias", static () => new GRUCell(3, 2, bias: false), "[N, 2]"),
        Cell("LSTMCell", static () => new LSTMCell(3, 2), "[N, 2]", "[N, 2]"),
        Cell("LSTMCell, no bias", static () => new LSTMCell(3, 2, bias: false), "[N, 2]", "[N, 2]"),
        CatalogEntry.Layer(
            "RNNCell, from a state",
            static () => new CalledModule<RNNCell, Tensor, Tensor>(new RNNCell(3, 2), static (cell, x, h) => cell.Forward(x, h)),
            static random => (random.Normal(2, 3), random.Normal(2, 2)), Row("[N, 2]") with { Rejects = [] }),
        CatalogEntry.Layer(
            "GRUCell, from a state",
            static () => new CalledModule<GRUCell, Tensor, Tensor>(new GRUCell(3, 2), static (cell, x, h) => cell.Forward(x, h)),
            static random => (random.Normal(2, 3), random.Normal(2, 2)), Row("[N, 2]") with { Rejects = [] }),
        CatalogEntry.Layer(
            "LSTMCell, from a state",
            static () => new CalledModule<LSTMCell, LSTMState, LSTMState>(
                new LSTMCell(3, 2), static (cell, x, state) => cell.Forward(x, state)),
            static random => (random.Normal(2, 3), new LSTMState(random.Normal(2, 2), random.Normal(2, 2))),
            Row("[N, 2]", "[N, 2]") with { Rejects = [] }),
    ];

    private static CatalogEntry Steps<TOut>(string name, Func<Module<Tensor, TOut>> make, params string[] outputs) =>
        CatalogEntry.Layer(name, make, static random => random.Normal(3, 2, 3), Options(1, "[L, N, 3]", outputs));

    private static CatalogEntry Batches<TOut>(string name, Func<Module<Tensor, TOut>> make, params string[] outputs) =>
        CatalogEntry.Layer(name, make, static random => random.Normal(2, 3, 3), Options(0, "[N, L, 3]", outputs));

    private static LayerCheckOptions Options(int batchAxis, string input, string[] outputs) => new()
    {
        InputShapes = [input],
        OutputShapes = outputs,
        BatchAxis = batchAxis,
        OutputBatchAxes = [batchAxis, .. Enumerable.Repeat<int?>(1, outputs.Length - 1)],
        Unbatched = true,
        BuffersChange = false,
        Rejects =
        [
            new Rejection("a wrong length", "3", Tensor.Zeros(3, 2, 5)),
            new Rejection("one axis", "without a batch", Tensor.Zeros(3)),
            new Rejection("no steps", "steps", Tensor.Zeros(0, 3)),
        ],
    };

    private static LayerCheckOptions FromState(params string[] outputs) => new()
    {
        OutputShapes = outputs,
        BatchAxis = 1,
        Unbatched = true,
    };

    private static CatalogEntry Packed(string name, Func<Layer> make) => CatalogEntry.Layer(
        name, make, static random => random.Normal(2, 3, 3),
        new LayerCheckOptions { BatchAxis = null, OutputShapes = ["[2, 3, 2]"] });

    private static CatalogEntry Cell<TOut>(string name, Func<Module<Tensor, TOut>> make, params string[] outputs) =>
        CatalogEntry.Layer(name, make, static random => random.Normal(2, 3), Row(outputs));

    private static LayerCheckOptions Row(params string[] outputs) => new()
    {
        OutputShapes = outputs,
        Unbatched = true,
        Rejects =
        [
            new Rejection("a wrong length", "[batch, 3]", Tensor.Zeros(2, 5)),
            new Rejection("three axes", "[batch, 3]", Tensor.Zeros(1, 2, 3)),
        ],
    };

    /// <summary>The longer sequence second, so that it is sorted and turned back.</summary>
    private static PackedSequence Pack(Tensor x) =>
        Sequences.PackPaddedSequence(x, [2, 3], batchFirst: true, enforceSorted: false);

    private static Tensor Padded(PackedSequence packed) => Sequences.PadPackedSequence(packed, true).Output;

    private sealed class PackedRNN : Layer
    {
        private readonly RNN _layer = new(3, 2);

        protected override Tensor Compute(Tensor input)
        {
            (PackedSequence output, Tensor hidden) = _layer.Forward(Pack(input));
            return Padded(output) + hidden.Transpose(0, 1);
        }
    }

    private sealed class PackedGRU : Layer
    {
        private readonly GRU _layer = new(3, 1, bidirectional: true);

        protected override Tensor Compute(Tensor input)
        {
            (PackedSequence output, Tensor hidden) = _layer.Forward(Pack(input));
            return Padded(output) + hidden.Permute(1, 2, 0);
        }
    }

    private sealed class PackedLSTM : Layer
    {
        private readonly LSTM _layer = new(3, 3, 2, projSize: 2);

        protected override Tensor Compute(Tensor input)
        {
            (PackedSequence output, LSTMState state) = _layer.Forward(Pack(input));
            return Padded(output) + (state.Hidden.Sum(0).Unsqueeze(1) * state.Cell.Sum());
        }
    }
}
