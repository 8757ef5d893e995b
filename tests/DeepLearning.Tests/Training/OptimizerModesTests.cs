using DeepLearning.Data;
using DeepLearning.Layers;
using DeepLearning.Losses;
using DeepLearning.Optimizers;
using DeepLearning.Tests.Infrastructure;
using DeepLearning.Training;

namespace DeepLearning.Tests.Training;

/// <summary>Optimizers in a trainer that ask for the loss several times a step, or that train other weights than those for use.</summary>
public sealed class OptimizerModesTests
{
    [Fact]
    public void A_fit_with_LBFGS_makes_the_steps_of_the_written_out_loop()
    {
        (Linear model, LBFGS optimizer, Trainer trainer) = Regression();
        trainer.Fit(Line(), 3);
        (Linear other, LBFGS written, _) = Regression();
        (Tensor x, Tensor y) = Data();
        for (int epoch = 0; epoch < 3; epoch++)
        {
            written.Step(() =>
            {
                written.ZeroGrad();
                Tensor loss = Loss.MSE(other.Forward(x), y);
                loss.Backward();
                return loss;
            });
        }

        Assert.Equal(Blobs.Bits(other), Blobs.Bits(model));
        Assert.Equal(3, trainer.Steps);
        Assert.InRange(trainer.History[^1]["loss"], 0, 0.1 * trainer.History[0]["loss"]);
        Assert.True(optimizer.NeedsClosure);
        Assert.True(new Lookahead(optimizer).NeedsClosure);
    }

    [Fact]
    public void Each_evaluation_of_a_step_tells_the_callbacks_that_gradients_are_ready()
    {
        Counting counting = new();
        (_, _, Trainer trainer) = Regression(run => run.Callbacks.Add(counting));
        trainer.Fit(Line(), 1);
        Assert.InRange(counting.Ready, 2, 25);
    }

    [Fact]
    public void What_does_not_go_with_several_evaluations_of_a_batch_is_refused_before_anything_changes()
    {
        Linear model = new(2, 1);
        byte[] before = Blobs.Bits(model);
        foreach ((string name, Trainer trainer) in new[]
            { ("AccumulateBatches", Make(2, null)), ("MaxGradientNorm", Make(1, 1.0)) })
        {
            string message = Assert.Throws<InvalidOperationException>(() => trainer.Fit(Line(), 1)).Message;
            Assert.Contains("LBFGS", message, StringComparison.Ordinal);
            Assert.Contains(name, message, StringComparison.Ordinal);
        }

        Assert.Equal(before, Blobs.Bits(model));

        Trainer Make(int batches, double? norm) => new(model, new LBFGS(model.Parameters()), static (a, b) => Loss.MSE(a, b))
        {
            AccumulateBatches = batches,
            MaxGradientNorm = norm,
            PrintProgress = false,
        };
    }

    [Fact]
    public void Validation_and_the_best_model_are_those_of_the_weights_for_use() => Blobs.Seeded(static () =>
    {
        foreach (bool wrapped in (bool[])[false, true])
        {
            Blobs.Net model = Blobs.Model(1);
            ScheduleFreeAdamW optimizer = new(model.Parameters(), 0.02);
            Watching watching = new(optimizer);
            BestModel best = new();
            Trainer trainer = Blobs.Trainer(model, wrapped ? new Lookahead(optimizer, 100) : optimizer, [watching, best]);
            trainer.Fit(Blobs.Loader(), 3, Blobs.Validation());
            Assert.Equal([true, true, true], watching.Evaluating);
            Assert.False(optimizer.ParameterGroups[0].Options.Evaluating);

            // The best model's weights give its figure again.
            optimizer.Eval();
            best.Restore(model);
            Assert.Equal(best.Best, trainer.Evaluate(Blobs.Validation())["loss"], 1e-6);
            Assert.True(optimizer.ParameterGroups[0].Options.Evaluating);
        }
    });

    [Fact]
    public void Validation_changes_nothing_of_a_schedule_free_training() => Blobs.Seeded(static () =>
    {
        byte[][] results = new byte[2][];
        for (int i = 0; i < 2; i++)
        {
            Generator.Default.ManualSeed(4);
            Blobs.Net model = Blobs.Model(1);
            Trainer trainer = Blobs.Trainer(model, new ScheduleFreeAdamW(model.Parameters(), 0.02));
            trainer.Fit(Blobs.Loader(), 3, i == 0 ? null : Blobs.Validation());
            results[i] = Blobs.Bits(model);
        }

        Assert.Equal(results[0], results[1]);
    });

    [Fact]
    public void A_checkpoint_of_a_callback_during_validation_goes_on_to_the_same_bits() => Blobs.Seeded(static () =>
    {
        using TemporaryFolder folder = new();
        string path = folder["run.safetensors"];
        Generator.Default.ManualSeed(4);
        Trainer whole = Run(new Saving(path, 2));
        whole.Fit(Blobs.Loader(), 4, Blobs.Validation());
        Trainer resumed = Run(new Saving(path, 0));
        resumed.LoadCheckpoint(path);
        ((ScheduleFreeAdamW)resumed.Optimizer).Train();
        resumed.Fit(Blobs.Loader(), 4, Blobs.Validation());
        Assert.Equal(Blobs.Bits(whole.Model), Blobs.Bits(resumed.Model));

        static Trainer Run(TrainingCallback callback)
        {
            Blobs.Net model = Blobs.Model(1);
            return Blobs.Trainer(model, new ScheduleFreeAdamW(model.Parameters(), 0.02), [callback]);
        }
    });

    private static (Linear Model, LBFGS Optimizer, Trainer Trainer) Regression(Action<Trainer>? change = null)
    {
        Linear model = new(2, 1, generator: new Generator(2));
        LBFGS optimizer = new(model.Parameters(), strongWolfe: true, maxIter: 3);
        Trainer trainer = new(model, optimizer, static (a, b) => Loss.MSE(a, b)) { PrintProgress = false };
        change?.Invoke(trainer);
        return (model, optimizer, trainer);
    }

    private static (Tensor X, Tensor Y) Data()
    {
        Generator random = new(6);
        Tensor x = Tensor.Randn([20, 2], generator: random);
        return (x, (x * Tensor.From([2f, -1f])).Sum(1, keepDim: true) + (Tensor.Randn([20, 1], generator: random) * 0.1));
    }

    private static DataLoader<Example, Example> Line()
    {
        (Tensor x, Tensor y) = Data();
        return DataLoader.Create(new TensorDataset(x, y), 20);
    }

    private sealed class Counting : TrainingCallback
    {
        public int Ready { get; private set; }

        public override void GradientsReady(TrainingRun run) => Ready++;
    }

    private sealed class Watching(ScheduleFreeAdamW optimizer) : TrainingCallback
    {
        public List<bool> Evaluating { get; } = [];

        public override void EpochEnded(TrainingRun run, EpochRecord record) =>
            Evaluating.Add(optimizer.ParameterGroups[0].Options.Evaluating);
    }

    private sealed class Saving(string path, int epoch) : TrainingCallback
    {
        public override void EpochEnded(TrainingRun run, EpochRecord record)
        {
            if (record.Epoch == epoch)
            {
                run.SaveCheckpoint(path);
            }
        }
    }
}
