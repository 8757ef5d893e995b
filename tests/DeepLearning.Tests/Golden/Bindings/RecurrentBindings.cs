using DeepLearning.Layers;

namespace DeepLearning.Tests.Golden;

internal static class RecurrentBindings
{
    public static readonly Dictionary<string, GoldenBinding> Table = new()
    {
        ["RNN"] = c => Layer(
            c, new RNN(
                c.Int("input_size"), c.Int("hidden_size"), c.Int("num_layers", 1), Nonlinearity(c), c.Bool("bias", true),
                c.Bool("batch_first", false), c.Double("dropout", 0), c.Bool("bidirectional", false), TypeOf(c))),
        ["GRU"] = c => Layer(
            c, new GRU(
                c.Int("input_size"), c.Int("hidden_size"), c.Int("num_layers", 1), c.Bool("bias", true), c.Bool("batch_first", false),
                c.Double("dropout", 0), c.Bool("bidirectional", false), TypeOf(c))),
        ["LSTM"] = Lstm,
        ["RNNCell"] = c =>
        {
            RNNCell cell = new(c.Int("input_size"), c.Int("hidden_size"), c.Bool("bias", true), Nonlinearity(c), DType.Float64);
            c.Load(cell);
            return [cell.Forward(c[0], States(c) > 0 ? c[1] : null)];
        },
        ["GRUCell"] = c =>
        {
            GRUCell cell = new(c.Int("input_size"), c.Int("hidden_size"), c.Bool("bias", true), DType.Float64);
            c.Load(cell);
            return [cell.Forward(c[0], States(c) > 0 ? c[1] : null)];
        },
        ["LSTMCell"] = c =>
        {
            LSTMCell cell = new(c.Int("input_size"), c.Int("hidden_size"), c.Bool("bias", true), DType.Float64);
            c.Load(cell);
            LSTMState state = cell.Forward(c[0], States(c) > 0 ? (c[1], c[2]) : null);
            return [state.Hidden, state.Cell];
        },
        ["pack_padded_sequence"] = c => Parts(
            Sequences.PackPaddedSequence(c[0], c.Ints("lengths"), c.Bool("batch_first"), c.Bool("enforce_sorted", true))),
        ["pad_packed_sequence"] = c =>
        {
            PackedSequence packed = Sequences.PackPaddedSequence(c[0], c.Ints("lengths"), enforceSorted: false);
            (Tensor output, Tensor lengths) = Sequences.PadPackedSequence(
                packed, c.Bool("batch_first"), c.Double("padding_value", 0), c.Has("total_length") ? c.Int("total_length") : null);
            return [output, lengths];
        },
        ["pad_sequence"] = c =>
        [
            Sequences.PadSequence(c.All, c.Bool("batch_first"), c.Double("padding_value", 0), c.Text("padding_side") == "left"),
        ],
        ["unpad_sequence"] = c => Sequences.UnpadSequence(c[0], Tensor.From(c.Ints("lengths")), c.Bool("batch_first")),
        ["pack_sequence"] = c => Parts(Sequences.PackSequence(c.All, c.Bool("enforce_sorted", true))),
        ["unpack_sequence"] = c => Sequences.UnpackSequence(Sequences.PackSequence(c.All, c.Bool("enforce_sorted", true))),
        ["invert_permutation"] = c => [Sequences.InvertPermutation(c[0])],
    };

    private static RNNNonlinearity Nonlinearity(GoldenCall c) =>
        c.Text("nonlinearity", "tanh") == "tanh" ? RNNNonlinearity.Tanh : RNNNonlinearity.ReLU;

    private static DType TypeOf(GoldenCall c) => c[0].DType;

    private static int States(GoldenCall c) => c.Case.Names.Count(static name => name == "input") - 1;

    private static Tensor[] Layer(GoldenCall c, RecurrentLayer<(Tensor Output, Tensor Hidden)> layer)
    {
        c.Load(layer);
        Tensor? state = States(c) > 0 ? c[1] : null;
        if (!c.Has("lengths"))
        {
            (Tensor output, Tensor hidden) = layer is RNN plain ? plain.Forward(c[0], state) : ((GRU)layer).Forward(c[0], state);
            return [output, hidden];
        }

        PackedSequence x = Sequences.PackPaddedSequence(c[0], c.Ints("lengths"), c.Bool("batch_first", false), enforceSorted: false);
        (PackedSequence packed, Tensor last) = layer is RNN rnn ? rnn.Forward(x, state) : ((GRU)layer).Forward(x, state);
        return [packed.Data, last];
    }

    private static Tensor[] Lstm(GoldenCall c)
    {
        LSTM layer = new(
            c.Int("input_size"), c.Int("hidden_size"), c.Int("num_layers", 1), c.Bool("bias", true), c.Bool("batch_first", false),
            c.Double("dropout", 0), c.Bool("bidirectional", false), c.Int("proj_size", 0), TypeOf(c));
        c.Load(layer);
        LSTMState? state = States(c) > 0 ? (c[1], c[2]) : null;
        if (!c.Has("lengths"))
        {
            (Tensor output, LSTMState last) = layer.Forward(c[0], state);
            return [output, last.Hidden, last.Cell];
        }

        PackedSequence x = Sequences.PackPaddedSequence(c[0], c.Ints("lengths"), c.Bool("batch_first", false), enforceSorted: false);
        (PackedSequence packed, LSTMState ended) = layer.Forward(x, state);
        return [packed.Data, ended.Hidden, ended.Cell];
    }

    private static Tensor[] Parts(PackedSequence packed)
    {
        Tensor sizes = Tensor.From(packed.BatchSizes.Select(static size => (long)size).ToArray());
        return packed.SortedIndices is { } sorted ? [packed.Data, sizes, sorted, packed.UnsortedIndices!] : [packed.Data, sizes];
    }
}
