using DeepLearning.Data;
using DeepLearning.Layers;
using DeepLearning.Losses;
using DeepLearning.Optimizers;
using DeepLearning.Training;

namespace DeepLearning.Tests.Training;

/// <summary>Batches are weighed by what the loss counted in them: figures and steps are those of one large batch.</summary>
public sealed class LossWeightTests
{
    private const int Count = 20, Classes = 3, Inputs = 4;

    private static readonly Tensor Weights = Tensor.From([0.25f, 1, 4]);

    /// <summary>Losses of every kind, each with the trainer that it needs.</summary>
    private static readonly Dictionary<string, Case> Cases = new()
    {
        ["cross-entropy"] = new(Labels, static (s, y) => Loss.CrossEntropy(s, y)),
        ["cross-entropy as a module"] = new(Labels, new CrossEntropyLoss().Forward),
        ["weighted cross-entropy"] = new(Labels, static (s, y) => Loss.CrossEntropy(s, y, Weights)),
        ["ignoring cross-entropy"] = new(Ignoring(-100), static (s, y) => Loss.CrossEntropy(s, y)),
        ["weighted, ignoring, smoothed cross-entropy"] =
            new(Ignoring(1), static (s, y) => Loss.CrossEntropy(s, y, Weights, ignoreIndex: 1, labelSmoothing: 0.1)),
        ["weighted, ignoring sum of cross-entropies"] =
            new(Ignoring(-100), static (s, y) => Loss.CrossEntropy(s, y, Weights, reduction: LossReduction.Sum)),
        ["half of a weighted cross-entropy"] = new(Labels, static (s, y) => Loss.CrossEntropy(s, y, Weights) * 0.5),
        ["weighted cross-entropy of positions"] =
            new(Positions, static (s, y) => Loss.CrossEntropy(Tensor.Stack([s, s * 2], 2), y, Weights)),
        ["NLL"] = new(Ignoring(-100), static (s, y) => Loss.NLL(s.LogSoftmax(1), y, Weights)),
        ["sum of NLL"] = new(Ignoring(-100), static (s, y) => Loss.NLL(s.LogSoftmax(1), y, Weights, reduction: LossReduction.Sum)),
        ["cross-entropy of probabilities"] = new(Soft, static (s, y) => Loss.CrossEntropy(s, y, Weights)),
        ["MSE"] = new(Numbers, static (s, y) => Loss.MSE(s, y)),
        ["sum of MSE"] = new(Numbers, static (s, y) => Loss.MSE(s, y, LossReduction.Sum)),
        ["L1"] = new(Numbers, static (s, y) => Loss.L1(s, y)),
        ["Huber"] = new(Numbers, static (s, y) => Loss.Huber(s, y)),
        ["smooth L1"] = new(Numbers, static (s, y) => Loss.SmoothL1(s, y)),
        ["BCE"] = new(Soft, static (s, y) => Loss.BCE(s.Sigmoid(), y)),
        ["weighted BCE with logits"] = new(Soft, static (s, y) => Loss.BCEWithLogits(s, y, Weights, Weights)),
        ["sum of weighted BCE"] = new(Soft, static (s, y) => Loss.BCE(s.Sigmoid(), y, Weights, LossReduction.Sum)),
        ["KL divergence"] = new(Soft, static (s, y) => Loss.KLDiv(s.LogSoftmax(1), y)),
        ["KL divergence with the batch's mean"] =
            new(Soft, static (s, y) => Loss.KLDiv(s.LogSoftmax(1), y, reduction: LossReduction.BatchMean)),
        ["MSE with weights of elements"] = new(Soft, static (s, y) => Loss.MSE(s, y, weight: y)),
        ["sum of Huber with weights of elements"] = new(Soft, static (s, y) => Loss.Huber(s, y, reduction: LossReduction.Sum, weight: y)),
        ["Poisson NLL"] = new(Soft, static (s, y) => Loss.PoissonNLL(s, y)),
        ["Gaussian NLL"] = new(Soft, static (s, y) => Loss.GaussianNLL(s, y, s.Square())),
        ["triplet margin"] = new(Numbers, static (s, y) => Loss.TripletMargin(s, y, -y)),
        ["multi-margin"] = new(Labels, static (s, y) => Loss.MultiMargin(s, y, weight: Weights)),
        ["sum of multi-label soft margins"] = new(Soft, static (s, y) => Loss.MultiLabelSoftMargin(s, y, reduction: LossReduction.Sum)),
        ["focal with weights"] = new(Ignoring(-100), static (s, y) => Loss.Focal(s, y, Weights)),
        ["sum of distillation"] = new(Soft, static (s, y) => Loss.Distillation(s, y.Log(), y, reduction: LossReduction.Sum)),
        ["dice"] = new(Soft, static (s, y) => Loss.Dice(s.Sigmoid(), y)),
        ["masked"] = new(Numbers, static (s, y) => Loss.Masked(s, y.MaskedFill(y.Less(0.3), double.NaN), taskWeights: Weights)),
        ["CTC"] = new(Labels, static (s, y) => Loss.CTC(
            Tensor.Cat([Tensor.Stack([s, s * 2, -s, s], 0), Tensor.Zeros(4, y.Shape[0], 1)], 2), y.Unsqueeze(1),
            Tensor.Full([y.Shape[0]], 4), Tensor.Full([y.Shape[0]], 1), blank: 3)),
        ["a mean of one's own"] = new(Numbers, static (s, y) => (s - y).Abs().Sqrt().Mean()),
        ["a sum of one's own"] = new(Numbers, static (s, y) => (s - y).Abs().Sqrt().Sum()) { Reduction = LossReduction.Sum },
        ["a masked mean that says what it counted"] = new(Numbers, static (s, y) =>
        {
            Tensor mask = y.Greater(0).To(DType.Float32), count = mask.Sum();
            return Loss.WithCount(((s - y).Square() * mask).Sum() / count, count.Item<double>());
        }),
        ["KL divergence by the batch"] =
            new(Soft, static (s, y) => Loss.KLDiv(s.LogSoftmax(1), y, reduction: LossReduction.Sum) / (double)y.Shape[0]),
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void The_figure_of_a_loss_does_not_depend_on_the_batch_size(string name)
    {
        double whole = Evaluate(Count);
        Assert.True(double.IsFinite(whole));
        foreach (int batch in (int[])[1, 2, 3, 7, 8, 19])
        {
            Assert.Equal(whole, Evaluate(batch), Math.Abs(whole) * 1e-6);
        }

        double Evaluate(int batch)
        {
            Linear model = Model();
            return Cases[name].Trainer(model, 1).Evaluate(DataLoader.Create(Cases[name].Data(), batch))["loss"];
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Accumulated_steps_are_those_of_large_batches_to_the_last_of_the_epoch(string name)
    {
        // Seven batches of three samples, the last of two: groups of three batches, and a last one of one.
        Linear small = Model(), large = Model();
        Case @case = Cases[name];
        Trainer accumulating = @case.Trainer(small, 3), plain = @case.Trainer(large, 1);
        History some = accumulating.Fit(DataLoader.Create(@case.Data(), 3), 2), all = plain.Fit(DataLoader.Create(@case.Data(), 9), 2);
        Assert.Equal(plain.Steps, accumulating.Steps);
        Assert.Equal(all["loss"][1], some["loss"][1], 1e-5 * Math.Abs(all["loss"][1]));
        foreach ((Parameter a, Parameter b) in small.Parameters().Zip(large.Parameters()))
        {
            Assert.True(b.AllClose(a, 1e-5, 1e-6));
        }
    }

    [Fact]
    public void A_group_whose_batches_count_very_differently_keeps_small_weights()
    {
        // One target counts in the first batch, all forty in the second: float16 would overflow with weights counted in the first one's.
        Tensor labels = Tensor.Full([80], -100, DType.Int64);
        labels[39] = Tensor.FromScalar(1);
        labels[40..] = Tensor.FromScalar(2);
        TensorDataset data = new(Tensor.Randn([80, Inputs], generator: new Generator(3)), labels);
        Linear small = Model(), large = Model();
        Fit(small, 40, 2);
        Fit(large, 80, 1);
        Assert.True(large.Weight.AllClose(small.Weight, 1e-5, 1e-6));

        void Fit(Linear model, int batch, int accumulate) =>
            new Trainer(model, new SGD(model.Parameters(), 0.5), new CrossEntropyLoss())
            {
                AccumulateBatches = accumulate,
                PrintProgress = false,
            }.Fit(DataLoader.Create(data, batch), 2);
    }

    [Theory]
    [InlineData(LossReduction.Mean, 1)]
    [InlineData(LossReduction.Sum, 1)]
    [InlineData(LossReduction.Mean, 2)]
    public void A_batch_in_which_nothing_counts_is_passed_over(LossReduction reduction, int accumulate)
    {
        Tensor labels = Tensor.From([0L, 1, 2, 0, -100, -100, -100, -100, -100, -100, -100, -100, 1, 2, 0, 1]);
        Tensor inputs = Tensor.Randn([16, Inputs], generator: new Generator(1));
        Linear with = Model(), without = Model();
        List<double> losses = [];
        Trainer trainer = new(with, new SGD(with.Parameters(), 0.1, momentum: 0.9), new CrossEntropyLoss(reduction: reduction))
        {
            Metrics = [Metric.Accuracy(), Metric.F1(3)],
            AccumulateBatches = accumulate,
            PrintProgress = false,
            Callbacks = [new TrainerTests.Watcher { OnBatch = (_, loss) => losses.Add(loss) }],
        };
        DataLoader<Example, Example> loader = DataLoader.Create(new TensorDataset(inputs, labels), 4);
        History history = trainer.Fit(loader, 1, loader);
        Assert.Equal([false, true, true, false], losses.Select(double.IsNaN));
        Assert.All(history[0].Values, static figure => Assert.True(double.IsFinite(figure.Value), figure.Key));
        Assert.Equal(2, trainer.Steps);

        // As if those batches were not there.
        int[] counting = [0, 1, 2, 3, 12, 13, 14, 15];
        Tensor rows = Tensor.From(Array.ConvertAll(counting, static i => (long)i));
        SGD optimizer = new(without.Parameters(), 0.1, momentum: 0.9);
        new Trainer(without, optimizer, new CrossEntropyLoss(reduction: reduction)) { PrintProgress = false }.Fit(
            DataLoader.Create(new TensorDataset(inputs[rows], labels[rows]), 4), 1);
        Assert.True(without.Weight.AllClose(with.Weight, 1e-6, 1e-7));
    }

    [Fact]
    public void A_run_in_which_nothing_counts_has_no_loss_and_changes_nothing()
    {
        Linear model = Model();
        byte[] before = Blobs.Bits(model);
        TensorDataset data = new(Tensor.Randn(8, Inputs), Tensor.Full([8], -100, DType.Int64));
        Trainer trainer = new(model, new Adam(model.Parameters()), new CrossEntropyLoss())
        {
            Metrics = [Metric.Accuracy()],
            PrintProgress = false,
        };
        History history = trainer.Fit(DataLoader.Create(data, 4), 1);
        Assert.Equal([double.NaN, double.NaN], history[0].Values.Values);
        Assert.Equal(before, Blobs.Bits(model));
        Assert.Equal(0, trainer.Steps);
    }

    [Fact]
    public void A_batch_says_itself_what_it_counted()
    {
        Linear model = Model();
        Trainer<Example> trainer = new(model, new SGD(model.Parameters(), 0.1), batch =>
        {
            Tensor mask = batch.Target.Greater(0).To(DType.Float32);
            Tensor errors = (model.Forward(batch.Input) - batch.Target).Square() * mask;
            return new BatchOutput(errors.Sum(), Samples: batch.Input.Shape[0])
            {
                Counted = mask.Sum().Item<double>(),
                Reduction = LossReduction.Sum,
            };
        });
        double whole = trainer.Evaluate(DataLoader.Create(Numbers(), Count))["loss"];
        Assert.Equal(whole, trainer.Evaluate(DataLoader.Create(Numbers(), 3))["loss"], 1e-6 * whole);
        Assert.Throws<ArgumentOutOfRangeException>(static () => new BatchOutput(Tensor.Zeros()) { Counted = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(static () => Loss.WithCount(Tensor.Zeros(), double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(static () => Loss.WithCount(Tensor.Zeros(), 1, LossReduction.None));
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            new Trainer(model, new SGD(model.Parameters(), 0.1), new MSELoss()) { LossReduction = LossReduction.None });
    }

    [Fact]
    public void Class_weights_and_ignored_targets_give_the_loss_of_all_samples_at_once()
    {
        // The mean by the definition: Σ w · loss / Σ w over the targets that count.
        Linear model = Model();
        TensorDataset data = Ignoring(-100)();
        double sum = 0, weights = 0;
        using (GradMode.NoGrad())
        {
            Tensor scores = model.Forward(data.Inputs);
            float[] losses = Loss.CrossEntropy(scores, data.Targets, Weights, reduction: LossReduction.None).ToArray<float>();
            long[] labels = data.Targets.ToArray<long>();
            float[] each = Weights.ToArray<float>();
            for (int i = 0; i < labels.Length; i++)
            {
                sum += losses[i];
                weights += labels[i] < 0 ? 0 : each[labels[i]];
            }
        }

        Trainer trainer = new(model, new SGD(model.Parameters(), 0.1), new CrossEntropyLoss(Weights));
        Assert.Equal(sum / weights, trainer.Evaluate(DataLoader.Create(data, 3))["loss"], 1e-6);
    }

    [Theory]
    [InlineData(DType.Float16)]
    [InlineData(DType.BFloat16)]
    [InlineData(DType.Float64)]
    public void Losses_of_every_type_say_what_they_counted(DType dtype)
    {
        using LossCounts counts = LossCounts.Collect();
        Tensor scores = Tensor.Randn([6, 3]).To(dtype), labels = Tensor.From([0L, -100, 2, 1, -100, 1]);
        foreach (LossReduction reduction in (LossReduction[])[LossReduction.Mean, LossReduction.Sum])
        {
            Assert.Equal((4, reduction), counts.Of(Loss.CrossEntropy(scores, labels, reduction: reduction)));
            Assert.Equal((4, reduction), counts.Of(Loss.NLL(scores, labels, reduction: reduction)));
            Assert.Equal((18, reduction), counts.Of(Loss.MSE(scores, scores, reduction)));
        }

        Assert.Null(counts.Of(Tensor.Zeros()));
        Assert.Equal(-100, counts.IgnoredTarget);
    }

    private static Linear Model()
    {
        using Generator.DefaultRegion random = new Generator(8).AsDefault();
        return new Linear(Inputs, Classes);
    }

    private static TensorDataset Data(Func<Generator, Tensor> targets)
    {
        Generator generator = new(17);
        return new TensorDataset(Tensor.Randn([Count, Inputs], generator: generator), targets(generator));
    }

    private static TensorDataset Labels() => Data(static g => Tensor.RandInt(0, Classes, [Count], generator: g));

    private static TensorDataset Positions() => Data(static g => Tensor.RandInt(0, Classes, [Count, 2], generator: g));

    private static TensorDataset Numbers() => Data(static g => Tensor.Randn([Count, Classes], generator: g));

    private static TensorDataset Soft() => Data(static g => Tensor.Randn([Count, Classes], generator: g).Softmax(1));

    /// <summary>Labels of which the first five and some others are ignored: a batch of three counts nothing.</summary>
    private static Func<TensorDataset> Ignoring(long index) => () => Data(g =>
    {
        Tensor labels = Tensor.RandInt(0, Classes, [Count], generator: g);
        labels[..5] = Tensor.FromScalar(index);
        labels[9] = Tensor.FromScalar(index);
        labels[16..18] = Tensor.FromScalar(index);
        return labels;
    });

    private sealed record Case(Func<TensorDataset> Data, Func<Tensor, Tensor, Tensor> Loss)
    {
        public LossReduction Reduction { get; init; }

        public Trainer Trainer(Linear model, int accumulate) => new(model, new SGD(model.Parameters(), 0.02), Loss)
        {
            AccumulateBatches = accumulate,
            LossReduction = Reduction,
            PrintProgress = false,
        };
    }
}
