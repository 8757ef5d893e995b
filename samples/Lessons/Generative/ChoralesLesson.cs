using System.Text.Json;

namespace DeepLearning.Samples.Lessons;

/// <summary>
/// Music as chords in a row: a recurrent network hears which notes sound and says, for each key, how likely it sounds next; drawing from
/// what it says, it composes (Boulanger-Lewandowski, Bengio and Vincent 2012, "Modeling temporal dependencies in high-dimensional
/// sequences"). The figure is the negative log-likelihood of a chord: −Σ over keys of y log p + (1 − y) log(1 − p).
/// </summary>
internal static class ChoralesLesson
{
    private const int Lowest = 36, Keys = 64;

    public static Lesson Lesson { get; } = new(
        "chorales", Chapter.Generative, "Music: an LSTM composes chorales",
        Goal.AtMost("test negative log-likelihood of a chord (nats)", 9), Goal.AtMost("test negative log-likelihood of a chord (nats)", 6),
        Run)
    {
        Data = "jsb-chorales",
        Time = "30 s",
    };

    private static double Run(LessonRun run)
    {
        (IReadOnlyList<int[][]> training, IReadOnlyList<int[][]> test) = run.Quick ? (Make(60), Make(20)) : Load(run);
        int width = run.Choose(128, 48), steps = run.Choose(1500, 350), window = run.Choose(40, 24);
        LSTM lstm = new(Keys, width, batchFirst: true);
        Linear output = new(width, Keys);
        Dropout dropout = new(0.3);
        Sequential all = new(dropout, output);
        Tensor[] rolls = [.. training.Select(Roll)];
        double[] losses = run.Train(
            new Adam([.. lstm.Parameters(), .. output.Parameters()], run.Choose(3e-3, 1e-2)), steps,
            _ =>
            {
                Tensor batch = Tensor.Stack(
                    [.. Enumerable.Range(0, 16).Select(_ => Part(rolls[(int)Tensor.RandInt(0, rolls.Length, [1]).Item<long>()], window))]);
                Tensor scores = all.Forward(lstm.Forward(batch.Narrow(1, 0, window - 1)).Output);
                return Loss.BCEWithLogits(scores, batch.Narrow(1, 1, window - 1)) * Keys;
            },
            new CosineSchedule(steps), maxNorm: 1);

        all.Eval();
        using GradMode.Region none = GradMode.NoGrad();
        double total = 0;
        int chords = 0;
        foreach (Tensor piece in test.Select(Roll))
        {
            // The first chord is told from silence.
            Tensor before = Tensor.Cat([Tensor.Zeros(1, Keys), piece[..^1]]).Unsqueeze(0);
            total += (double)Loss.BCEWithLogits(all.Forward(lstm.Forward(before).Output)[0], piece, reduction: LossReduction.Sum);
            chords += piece.Size(0);
        }

        run.Report.Heat("A chorale", "Time from left to right, pitch upwards; of the data.", Shown(Roll(test[0])), 5);
        run.Report.Heat("Composed", "Drawn from the network, chord after chord.", Shown(Compose(lstm, all, Roll(test[0])[..4], 60)), 5);
        run.Report.Curves("Loss", "Nats a chord.", false, ("training", losses));
        return total / chords;
    }

    /// <summary>Goes on from some chords.</summary>
    private static Tensor Compose(LSTM lstm, Sequential output, Tensor beginning, int length)
    {
        (Tensor states, LSTMState state) = lstm.Forward(beginning.Unsqueeze(0));
        List<Tensor> chords = [.. beginning.Unbind()];
        Tensor last = states.Select(1, states.Size(1) - 1);
        while (chords.Count < length)
        {
            Tensor chord = output.Forward(last).Sigmoid().Bernoulli();
            chords.Add(chord[0]);
            (states, state) = lstm.Forward(chord.Unsqueeze(1), state);
            last = states.Select(1, 0);
        }

        return Tensor.Stack([.. chords]);
    }

    private static Tensor Shown(Tensor roll) => roll.T.FlipUD();

    /// <summary>Chords as keys that sound, [length, keys].</summary>
    private static Tensor Roll(int[][] chords)
    {
        float[] keys = new float[chords.Length * Keys];
        for (int i = 0; i < chords.Length; i++)
        {
            foreach (int note in chords[i].Where(static note => note >= Lowest && note < Lowest + Keys))
            {
                keys[(i * Keys) + note - Lowest] = 1;
            }
        }

        return Tensor.From(keys, chords.Length, Keys);
    }

    /// <summary>A stretch from anywhere, with silence before a piece that is shorter.</summary>
    private static Tensor Part(Tensor roll, int length)
    {
        int spare = roll.Size(0) - length;
        return spare >= 0
            ? roll.Narrow(0, (int)Tensor.RandInt(0, spare + 1, [1]).Item<long>(), length)
            : Tensor.Cat([Tensor.Zeros(-spare, Keys), roll]);
    }

    /// <summary>Cadences in any of five keys: tonic, subdominant, dominant, tonic.</summary>
    private static int[][][] Make(int pieces) => [.. Enumerable.Range(0, pieces).Select(static _ =>
    {
        int key = 48 + (int)Tensor.RandInt(0, 5, [1]).Item<long>();
        int[][] cadence = [[0, 16, 19, 24], [5, 17, 21, 24], [7, 14, 19, 23], [0, 16, 19, 24]];
        return Enumerable.Range(0, 32).Select(step => cadence[step / 2 % 4].Select(note => note + key).ToArray()).ToArray();
    })];

    private static (IReadOnlyList<int[][]> Training, IReadOnlyList<int[][]> Test) Load(LessonRun run)
    {
        string path = Materials.Find(run, Materials.Chorales)["jsb-chorales-quarter.json"];
        try
        {
            Dictionary<string, int[][][]> parts = JsonSerializer.Deserialize<Dictionary<string, int[][][]>>(File.ReadAllText(path)) ?? [];
            return (parts["train"], parts["test"]);
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException)
        {
            throw new InvalidDataException($"{path} is not {{\"train\": [[[note …] …] …], \"test\": …}}: {error.Message}", error);
        }
    }
}
