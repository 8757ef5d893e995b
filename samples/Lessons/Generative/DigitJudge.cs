namespace DeepLearning.Samples.Lessons;

/// <summary>
/// Judges made digits by a classifier of real ones: the score exp(E KL(p(y|x) ‖ p(y))) of Salimans et al. 2016 ("Improved techniques for
/// training GANs"), with a network of digits in the place of Inception. It is 10 where each image is surely one digit and all digits come
/// equally often, and 1 where all images look the same or like nothing.
/// </summary>
internal sealed class DigitJudge
{
    private readonly Sequential _network;

    private DigitJudge(Sequential network) => _network = network;

    /// <summary>Trains a judge on real digits, [n, 1, side, side] from 0 to 1.</summary>
    public static DigitJudge Train(LessonRun run, TensorDataset digits)
    {
        int side = digits.Inputs.Size(-1), steps = run.Choose(1200, 150);
        Sequential network = new(
            new Conv2d(1, 16, 3, padding: 1), new ReLU(), new MaxPool2d(2), new Conv2d(16, 32, 3, padding: 1), new ReLU(), new MaxPool2d(2),
            new Flatten(), new Linear(32 * (side / 4) * (side / 4), 64), new ReLU(), new Linear(64, 10));
        run.Train(
            new Adam(network.Parameters(), 2e-3), steps,
            _ =>
            {
                (Tensor x, Tensor y) = digits.Batch(64);
                return Loss.CrossEntropy(network.Forward(x), y);
            },
            new CosineSchedule(steps), what: "judge");
        return new DigitJudge(network.Eval());
    }

    /// <summary>The share of real digits that it reads right.</summary>
    public double Accuracy(TensorDataset digits) => Materials.Accuracy(Materials.Predict(_network.Forward, digits.Inputs), digits.Targets);

    /// <summary>The score of images, [n, 1, side, side] from 0 to 1.</summary>
    public double Score(Tensor images)
    {
        Tensor shares = Materials.Predict(_network.Forward, images).Softmax(1).To(DType.Float64);
        Tensor marginal = shares.Mean(0, keepDim: true);
        return (double)(shares.Xlogy(shares) - shares.Xlogy(marginal)).Sum(1).Mean().Exp();
    }
}
