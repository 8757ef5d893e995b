namespace DeepLearning.Samples.Lessons;

/// <summary>
/// One line parts nothing that is true where exactly one of two inputs is (Minsky and Papert 1969, "Perceptrons"). A hidden layer bends the
/// plane until one does (Rumelhart, Hinton and Williams 1986, "Learning representations by back-propagating errors").
/// </summary>
internal static class XorLesson
{
    public static Lesson Lesson { get; } = new(
        "xor", Chapter.FirstNetworks, "Exclusive or: why networks have hidden layers",
        Goal.AtLeast("accuracy", 1), Goal.AtLeast("accuracy", 1), Run);

    private static double Run(LessonRun run)
    {
        Tensor x = Tensor.From(new float[,] { { 0, 0 }, { 0, 1 }, { 1, 0 }, { 1, 1 } });
        Tensor y = Tensor.From([0f, 1, 1, 0]);

        Linear line = new(2, 1);
        double[] alone = Learn(run, line, x, y);
        Sequential network = new(new Linear(2, 8), new Tanh(), new Linear(8, 1));
        double[] hidden = Learn(run, network, x, y);

        run.Say($"a line alone: {Right(line, x, y):0.00}, its loss stays at log 2 = 0.6931: {alone[^1]:0.0000}");
        run.Report.Add(Answers("A line alone", line, x, y));
        run.Report.Add(Answers("With a hidden layer", network, x, y));
        run.Report.Curves("Loss", "The line can only say that it does not know.", true, ("line", alone), ("hidden layer", hidden));
        return Right(network, x, y);
    }

    private static double[] Learn(LessonRun run, Module<Tensor, Tensor> model, Tensor x, Tensor y) => run.Train(
        new SGD(model.Parameters(), learningRate: 0.5, momentum: 0.9), 500,
        _ => Loss.BCEWithLogits(model.Forward(x).Squeeze(1), y));

    private static double Right(Module<Tensor, Tensor> model, Tensor x, Tensor y)
    {
        using GradMode.Region none = GradMode.NoGrad();
        return model.Forward(x).Squeeze(1).Greater(0).To(DType.Float32).EqualTo(y).To(DType.Float64).Mean().Item<double>();
    }

    private static PlanePicture Answers(string title, Module<Tensor, Tensor> model, Tensor x, Tensor y) =>
        new PlanePicture(title, (-0.3, 1.3), (-0.3, 1.3)) { Caption = "Blue says 0, orange says 1." }
            .Area(points => model.Forward(points).Squeeze(1).Sigmoid()).Classes(x, y, ["false", "true"], radius: 7);
}
