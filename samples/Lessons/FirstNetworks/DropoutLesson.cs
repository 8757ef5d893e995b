namespace DeepLearning.Samples.Lessons;

/// <summary>
/// Bagging trains several networks, each on a draw of the data with replacement, and averages what they say (Breiman 1996). Dropout turns
/// units off at random and so trains very many networks that share their weights, which one pass averages (Srivastava et al. 2014): nearly
/// as much better than one network, at the price of one.
/// </summary>
internal static class DropoutLesson
{
    private const int Few = 150, Members = 10;

    public static Lesson Lesson { get; } = new(
        "dropout", Chapter.FirstNetworks, "Dropout against bagging, with few examples",
        Goal.AtLeast("test accuracy with dropout", 0.9), Goal.AtLeast("test accuracy with dropout", 0.86), Run)
    {
        Data = "8×8 digits (shipped)",
        Time = "seconds",
    };

    private static double Run(LessonRun run)
    {
        // A hundred and fifty examples: few enough to be learned by heart.
        (TensorDataset training, TensorDataset test) = Materials.Digits();
        Tensor chosen = Tensor.RandPerm(training.Count)[..Few];
        TensorDataset few = new(training.Inputs.IndexSelect(0, chosen).Flatten(1), training.Targets.IndexSelect(0, chosen));
        Tensor x = test.Inputs.Flatten(1);

        Sequential plain = Learn(run, "one network", few, 0);
        Sequential dropout = Learn(run, "dropout", few, 0.5);
        List<Module<Tensor, Tensor>> bag = [];
        for (int i = 0; i < Members; i++)
        {
            Tensor drawn = Tensor.RandInt(0, Few, [Few]);
            bag.Add(Learn(
                run, $"bagging {i + 1}", new TensorDataset(few.Inputs.IndexSelect(0, drawn), few.Targets.IndexSelect(0, drawn)), 0));
        }

        using GradMode.Region none = GradMode.NoGrad();
        Ensemble ensemble = new([.. bag]);

        // The mean of the members' probabilities, not of their scores.
        Tensor together = ensemble.Each(x).Softmax(-1).Mean(0);
        double single = bag.Average(member => Materials.Accuracy(member.Forward(x), test.Targets));
        double with = Materials.Accuracy(dropout.Forward(x), test.Targets);
        run.Report.Table(
            "Test accuracies", $"{Few} examples to learn from.", ["networks", "accuracy"],
            [
                ["one network", $"{Materials.Accuracy(plain.Forward(x), test.Targets):0.0000}"],
                ["one network with dropout", $"{with:0.0000}"],
                [$"a member of the bag (mean of {Members})", $"{single:0.0000}"],
                [$"bagging: {Members} networks together", $"{Materials.Accuracy(together, test.Targets):0.0000}"],
            ]);

        // With dropout left on, the networks inside disagree where they do not know.
        (Tensor mean, Tensor spread) = Ensemble.MonteCarloDropout(dropout, x, samples: 30);
        Tensor wrong = mean.ArgMax(1).NotEqualTo(test.Targets).NonZero().Flatten();
        Tensor right = mean.ArgMax(1).EqualTo(test.Targets).NonZero().Flatten();
        Tensor doubt = spread.Mean(1);
        run.Report.Add(new HistogramChart("Doubt about digits that are read right", doubt.IndexSelect(0, right))
        {
            Caption = "Deviation of the scores under dropout; about those read wrong it is "
                + $"{(double)doubt.IndexSelect(0, wrong).Mean():0.000} in the mean.",
            XLabel = "deviation",
        });
        return with;
    }

    private static Sequential Learn(LessonRun run, string name, TensorDataset data, double dropout)
    {
        Sequential model = new(
            new Linear(64, 256), new ReLU(), new Dropout(dropout), new Linear(256, 256), new ReLU(), new Dropout(dropout),
            new Linear(256, 10));
        run.Train(new Adam(model.Parameters(), 1e-3), run.Choose(800, 200), _ =>
        {
            (Tensor x, Tensor y) = data.Batch(32);
            return Loss.CrossEntropy(model.Forward(x), y);
        }, what: name);
        return model.Eval();
    }
}
