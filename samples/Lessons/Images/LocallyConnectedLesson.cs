namespace DeepLearning.Samples.Lessons;

/// <summary>
/// Convolution asks the same question at every place. A locally connected layer asks one of its own at each: many times the weights, and
/// what it has learned at one place it does not know at another. Digits that are learned in the middle of a picture and tested elsewhere
/// show what sharing weights is worth (LeCun 1989, "Generalization and network design strategies").
/// </summary>
internal static class LocallyConnectedLesson
{
    private const int Side = 14;

    public static Lesson Lesson { get; } = new(
        "locally-connected", Chapter.Images, "Locally connected layers against convolution: what sharing is worth",
        Goal.AtLeast("accuracy gained by convolution on moved digits", 0.2),
        Goal.AtLeast("accuracy gained by convolution on moved digits", 0.15), Run)
    {
        Data = "8×8 digits (shipped)",
        Time = "30 s",
    };

    private static double Run(LessonRun run)
    {
        (TensorDataset digits, TensorDataset test) = Materials.Digits();
        TensorDataset training = new(digits.Inputs.Pad([3, 3, 3, 3]), digits.Targets);
        Tensor still = test.Inputs.Pad([3, 3, 3, 3]), moved = Moved(test.Inputs);

        // Both see patches of 3×3; the greatest answer of any place counts, so that neither has weights for places further up.
        (string Name, Module<Tensor, Tensor> Layer)[] kinds =
        [
            ("convolution", new Sequential(new Conv2d(1, 16, 3), new ReLU(), new Conv2d(16, 32, 3))),
            ("locally connected", new Sequential(
                new LocallyConnected2d(1, 16, Side, 3), new ReLU(), new LocallyConnected2d(16, 32, Side - 2, 3))),
        ];
        List<(string, IReadOnlyList<double>)> losses = [];
        List<IReadOnlyList<string>> rows = [];
        List<double> onMoved = [];
        foreach ((string name, Module<Tensor, Tensor> layer) in kinds)
        {
            Sequential model = new(layer, new ReLU(), new GlobalMaxPool(), new Linear(32, 10));
            int steps = run.Choose(800, 100);
            losses.Add((name, run.Train(new Adam(model.Parameters(), 3e-3), steps, _ =>
            {
                (Tensor x, Tensor y) = training.Batch(64);
                return Loss.CrossEntropy(model.Forward(x), y);
            }, new CosineSchedule(steps), what: name)));
            onMoved.Add(Materials.Accuracy(Materials.Predict(model.Forward, moved), test.Targets));
            rows.Add([
                name, $"{model.Parameters().Sum(static p => p.Count):N0}",
                $"{Materials.Accuracy(Materials.Predict(model.Forward, still), test.Targets):0.0000}", $"{onMoved[^1]:0.0000}"]);
        }

        run.Report.Table(
            "Test accuracies", "Both learned digits in the middle alone.", ["layers", "weights", "in the middle", "moved"], rows);
        run.Report.Images("Moved digits", "The same test digits, anywhere in the picture.", moved[..32].Squeeze(1), 16, 2);
        run.Report.Curves("Losses", "On digits in the middle.", true, [.. losses]);
        return onMoved[0] - onMoved[1];
    }

    /// <summary>Each digit somewhere else in the picture.</summary>
    private static Tensor Moved(Tensor digits)
    {
        Tensor all = Tensor.Zeros(digits.Size(0), 1, Side, Side);
        long[] places = Tensor.RandInt(0, Side - 7, [digits.Size(0), 2]).ToArray<long>();
        for (int i = 0; i < digits.Size(0); i++)
        {
            all[i].Narrow(1, (int)places[2 * i], 8).Narrow(2, (int)places[(2 * i) + 1], 8).CopyFrom(digits[i]);
        }

        return all;
    }
}
