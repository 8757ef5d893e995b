using DeepLearning.Layers;
using DeepLearning.Losses;
using DeepLearning.Models;
using DeepLearning.Optimizers;

namespace DeepLearning.Tests.Models.Sequences;

/// <summary>Models of sequences learn what they were invented for.</summary>
[Trait("Category", "Slow")]
public sealed class TrainedSequenceTests
{
    private const long Start = 0, End = 1, Pad = 2;

    [Fact]
    public void An_LSTM_solves_the_adding_problem_over_100_steps()
    {
        // Hochreiter and Schmidhuber 1997: the sum of the two marked numbers of a hundred. The mean alone has an error of 0.167.
        using Generator.DefaultRegion region = new Generator(1).AsDefault();
        LSTM lstm = new(2, 32, batchFirst: true);
        // A forget gate that is open at first (Gers, Schmidhuber and Cummins 2000) keeps what it has read.
        using (GradMode.NoGrad())
        {
            lstm.NamedParameters().Single(static p => p.Name == "bias_hh_l0").Parameter.Narrow(0, 32, 32).FillInPlace(3.0);
        }

        Linear head = new(32, 1);
        Adam optimizer = new([.. lstm.Parameters(), .. head.Parameters()], 5e-3);
        double error = 1;
        for (int step = 1; step <= 4000 && error >= 0.005; step++)
        {
            (Tensor x, Tensor y) = Adding(64, 100);
            Tensor loss = Loss.MSE(head.Forward(lstm.Forward(x).Output.Select(1, 99)), y);
            optimizer.ZeroGrad();
            loss.Backward();
            ClipGradients(lstm, head);
            optimizer.Step();
            if (step % 100 == 0)
            {
                using GradMode.Region none = GradMode.NoGrad();
                (Tensor tx, Tensor ty) = Adding(1000, 100);
                error = Loss.MSE(head.Forward(lstm.Forward(tx).Output.Select(1, 99)), ty).Item<float>();
            }
        }

        Assert.InRange(error, 0, 0.01);
    }

    [Fact]
    public void Encoder_and_decoder_with_attention_reverse_strings()
    {
        using Generator.DefaultRegion region = new Generator(2).AsDefault();
        AttentionSeq2Seq model = new(new AttentionSeq2SeqOptions(29, 29, 32, 48, 64, PadToken: Pad));
        Adam optimizer = new(model.Parameters(), 3e-3);
        for (int step = 0; step < 700; step++)
        {
            optimizer.LearningRate = step < 500 ? 3e-3 : 1e-3;
            (Tensor source, Tensor target) = Reversed(64);
            // Near the end it reads what it has written itself a quarter of the time.
            Tensor logits = model.Forward(source, target.Narrow(1, 0, target.Size(1) - 1), step < 500 ? 1 : 0.75);
            Tensor loss = Loss.CrossEntropy(logits.Flatten(0, 1), target.Narrow(1, 1, target.Size(1) - 1).Flatten(), ignoreIndex: Pad);
            optimizer.ZeroGrad();
            loss.Backward();
            optimizer.Step();
        }

        model.Eval();
        (Tensor texts, Tensor wanted) = Reversed(1000);
        Tensor start = Tensor.Full([1000, 1], Start);
        Tensor made = Decoding.Greedy(model.Decoder(texts), start, wanted.Size(1) - 1, endToken: End);
        double right = Right(made, wanted);
        Assert.InRange(right, 0.99, 1);
        var beams = Decoding.Beam(model.Decoder(texts.Narrow(0, 0, 100)), start.Narrow(0, 0, 100), wanted.Size(1) - 1, 3, End);
        int found = Enumerable.Range(0, 100)
            .Count(row => Text(beams[row][0].Tokens) == Text(wanted.Select(0, row).ToArray<long>()));
        Assert.InRange(found, 98, 100);
    }

    private static void ClipGradients(params Module[] modules)
    {
        foreach (Parameter parameter in modules.SelectMany(static m => m.Parameters()))
        {
            parameter.Grad = parameter.Grad?.Clamp(-1, 1);
        }
    }

    private static (Tensor X, Tensor Y) Adding(int batch, int steps)
    {
        Tensor numbers = Tensor.Rand(batch, steps), marks = Tensor.Zeros(batch, steps);
        Tensor first = Tensor.RandInt(0, steps / 2, [batch, 1]), second = Tensor.RandInt(steps / 2, steps, [batch, 1]);
        marks = marks.Scatter(1, first, 1.0).Scatter(1, second, 1.0);
        return (Tensor.Stack([numbers, marks], -1), (numbers * marks).Sum(1, keepDim: true));
    }

    /// <summary>Strings of three to ten letters, and the same from behind between start and end.</summary>
    private static (Tensor Source, Tensor Target) Reversed(int batch)
    {
        const int longest = 10;
        long[] source = new long[batch * longest], target = new long[batch * (longest + 2)];
        Array.Fill(source, Pad);
        Array.Fill(target, Pad);
        long[] letters = Tensor.RandInt(3, 29, [batch * longest]).ToArray<long>();
        long[] lengths = Tensor.RandInt(3, longest + 1, [batch]).ToArray<long>();
        for (int row = 0; row < batch; row++)
        {
            int length = (int)lengths[row];
            Span<long> from = letters.AsSpan(row * longest, length), to = target.AsSpan(row * (longest + 2), length + 2);
            from.CopyTo(source.AsSpan(row * longest));
            from.CopyTo(to[1..]);
            to[1..^1].Reverse();
            (to[0], to[^1]) = (Start, End);
        }

        return (Tensor.From(source, batch, longest), Tensor.From(target, batch, longest + 2));
    }

    private static double Right(Tensor made, Tensor wanted) => Enumerable.Range(0, wanted.Size(0))
        .Count(row => Text(made.Select(0, row).ToArray<long>()) == Text(wanted.Select(0, row).ToArray<long>())) / (double)wanted.Size(0);

    /// <summary>The letters up to the end.</summary>
    private static string Text(IReadOnlyList<long> tokens) => string.Join(' ', tokens.Skip(1).TakeWhile(static t => t is not (End or Pad)));
}
