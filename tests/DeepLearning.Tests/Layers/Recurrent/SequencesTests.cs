using DeepLearning.Layers;

namespace DeepLearning.Tests.Layers.Recurrent;

public sealed class SequencesTests
{
    private static readonly int[] s_lengths = [2, 5, 1, 5, 3];

    public static TheoryData<string, bool, bool> Kinds
    {
        get
        {
            TheoryData<string, bool, bool> data = [];
            foreach (string kind in new[] { "RNN", "LSTM", "LSTM with a projection", "GRU" })
            {
                foreach (bool bidirectional in new[] { false, true })
                {
                    data.Add(kind, bidirectional, false);
                    data.Add(kind, bidirectional, true);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Packed_sequences_give_what_each_gives_alone(string kind, bool bidirectional, bool batchFirst)
    {
        Tensor[] sequences = [.. s_lengths.Select(static length => Tensor.Randn([length, 3], DType.Float64))];
        Tensor padded = Sequences.PadSequence(sequences, batchFirst, 7);
        PackedSequence packed = Sequences.PackPaddedSequence(padded, s_lengths, batchFirst, enforceSorted: false);
        (Func<Tensor, (Tensor, Tensor)> alone, Func<PackedSequence, (PackedSequence, Tensor)> together) = Layer(kind, bidirectional);
        (PackedSequence output, Tensor last) = together(packed);
        Tensor[] outputs = Sequences.UnpackSequence(output);
        for (int i = 0; i < sequences.Length; i++)
        {
            (Tensor expected, Tensor state) = alone(sequences[i]);
            Assert.True(expected.AllClose(outputs[i], 1e-12, 1e-12));
            Assert.True(state.AllClose(last.Select(1, i), 1e-12, 1e-12));
        }
    }

    [Fact]
    public void Packing_counts_the_sequences_of_each_step()
    {
        PackedSequence packed = Sequences.PackPaddedSequence(Tensor.Randn(5, 5, 2), s_lengths, enforceSorted: false);
        Assert.Equal([5, 4, 3, 2, 2], packed.BatchSizes);
        Assert.Equal([1L, 3, 4, 0, 2], packed.SortedIndices!.ToArray<long>());
        Assert.Equal([3L, 0, 4, 1, 2], packed.UnsortedIndices!.ToArray<long>());
        Assert.Equal("PackedSequence(5 sequences, 5 steps, data [16, 2])", packed.ToString());
        Assert.Null(Sequences.PackPaddedSequence(Tensor.Randn(2, 2, 2), [2, 1]).SortedIndices);
    }

    [Fact]
    public void Rows_are_replaced_by_a_layers_and_converted()
    {
        PackedSequence packed = Sequences.PackSequence([Tensor.Randn(1, 2), Tensor.Randn(3, 2)], enforceSorted: false);
        PackedSequence wider = packed.With(new Linear(2, 4).Forward(packed.Data));
        Assert.Equal([4, 4], wider.Data.Shape.ToArray());
        Assert.Same(packed.SortedIndices, wider.SortedIndices);
        Assert.Equal(DType.Float64, wider.To(DType.Float64).Data.DType);
        PackedSequence made = new(packed.Data, [2, 1, 1], packed.SortedIndices);
        Assert.Equal(packed.UnsortedIndices!.ToArray<long>(), made.UnsortedIndices!.ToArray<long>());
        Assert.Throws<ShapeException>(() => packed.With(Tensor.Zeros(3, 2)));
    }

    [Fact]
    public void Gradients_reach_what_was_packed_and_not_the_padding()
    {
        Tensor x = Tensor.Randn(4, 3, 2);
        x.RequiresGrad = true;
        PackedSequence packed = Sequences.PackPaddedSequence(x, [1, 4, 2], enforceSorted: false);
        new GRU(2, 3).Forward(packed).Output.Data.Sum().Backward();
        bool[] touched = [.. x.Grad!.Abs().Sum(2).Greater(0).ToArray<bool>()];
        Assert.Equal([true, true, true, false, true, true, false, true, false, false, true, false], touched);
    }

    public static TheoryData<string, Action> BadInput => new()
    {
        {
            "the length 0 of sequence 1 is out of range; it is 1 or more, and 4 at most",
            static () => Sequences.PackPaddedSequence(Tensor.Zeros(4, 2, 1), [4, 0])
        },
        { "the length -1 of sequence 0", static () => Sequences.PackPaddedSequence(Tensor.Zeros(4, 2, 1), Tensor.From([-1L, 2])) },
        { "the length 5 of sequence 0 is out of range", static () => Sequences.PackPaddedSequence(Tensor.Zeros(4, 2, 1), [5, 2]) },
        { "3 lengths do not fit 2 sequences", static () => Sequences.PackPaddedSequence(Tensor.Zeros(4, 2, 1), [3, 2, 1]) },
        {
            "the length 3 of sequence 1 is more than that before it, 2",
            static () => Sequences.PackPaddedSequence(Tensor.Zeros(4, 2, 1), [2, 3])
        },
        { "padded sequences are [steps, batch, ..], not [4]", static () => Sequences.PackPaddedSequence(Tensor.Zeros(4), [4]) },
        { "there is no sequence", static () => Sequences.PackPaddedSequence(Tensor.Zeros(4, 0, 1), ReadOnlySpan<int>.Empty) },
        { "whole numbers are needed, not float32", static () => Sequences.PackPaddedSequence(Tensor.Zeros(4, 1, 1), Tensor.Ones(1)) },
        { "there is no sequence", static () => Sequences.PadSequence([]) },
        { "there is no sequence", static () => Sequences.PackSequence([]) },
        { "the length 0 of sequence 1", static () => Sequences.PackSequence([Tensor.Zeros(2), Tensor.Zeros(0)]) },
        { "sequence 1 is [2, 3], the first [2, 2]", static () => Sequences.PadSequence([Tensor.Zeros(2, 2), Tensor.Zeros(2, 3)]) },
        { "sequence 0 is []", static () => Sequences.PadSequence([Tensor.FromScalar(1)]) },
        {
            "a total length of 1 is less than that of the longest sequence, 2",
            static () => Sequences.PadPackedSequence(Sequences.PackSequence([Tensor.Zeros(2)]), totalLength: 1)
        },
        { "the length 5 of sequence 1", static () => Sequences.UnpadSequence(Tensor.Zeros(4, 2), [1, 5]) },
        { "1 at position 2 is out of range or stands twice", static () => Sequences.InvertPermutation(Tensor.From([0L, 1, 1])) },
        { "the batch size 2 of step 1 does not fit", static () => _ = new PackedSequence(Tensor.Zeros(3, 1), [1, 2]) },
        { "data [4, 1] do not fit 2 batch sizes that add up to 3", static () => _ = new PackedSequence(Tensor.Zeros(4, 1), [2, 1]) },
        { "data [0, 1] do not fit", static () => _ = new PackedSequence(Tensor.Zeros(0, 1), []) },
        { "1 sorted indices do not fit 2 sequences", static () => _ = new PackedSequence(Tensor.Zeros(3, 1), [2, 1], Tensor.From([0L])) },
    };

    [Theory]
    [MemberData(nameof(BadInput))]
    public void Bad_input_is_an_error_that_says_what_would_fit(string message, Action call)
    {
        Exception error = Assert.ThrowsAny<Exception>(call);
        Assert.True(error is ShapeException or DTypeException or IndexException or ArgumentException, error.GetType().Name);
        Assert.Contains(message, error.Message);
    }

    private static (Func<Tensor, (Tensor, Tensor)> Alone, Func<PackedSequence, (PackedSequence, Tensor)> Together) Layer(
        string kind, bool bidirectional)
    {
        switch (kind)
        {
            case "RNN":
                RNN rnn = new(3, 4, 2, bidirectional: bidirectional, dtype: DType.Float64);
                return (rnn.Forward, x => rnn.Forward(x));
            case "GRU":
                GRU gru = new(3, 4, 2, bidirectional: bidirectional, dtype: DType.Float64);
                return (gru.Forward, x => gru.Forward(x));
            default:
                int projection = kind == "LSTM" ? 0 : 2;
                LSTM lstm = new(3, 4, 2, bidirectional: bidirectional, projSize: projection, dtype: DType.Float64);
                return (
                    x => lstm.Forward(x) is var (output, state) ? (output, Tensor.Cat([state.Hidden, state.Cell], -1)) : default,
                    x => lstm.Forward(x) is var (output, state) ? (output, Tensor.Cat([state.Hidden, state.Cell], -1)) : default);
        }
    }
}
