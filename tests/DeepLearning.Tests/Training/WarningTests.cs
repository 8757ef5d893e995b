using DeepLearning.Data;
using DeepLearning.Layers;
using DeepLearning.Losses;
using DeepLearning.Optimizers;
using DeepLearning.Schedules;
using DeepLearning.Training;

namespace DeepLearning.Tests.Training;

/// <summary>What would go wrong in silence is said in words.</summary>
public sealed class WarningTests
{
    // Eight batches an epoch, five epochs: forty steps.
    private static readonly Dictionary<string, (Schedule Schedule, ScheduleUnit Unit, int Accumulate, bool Warns)> Schedules = new()
    {
        ["a cosine in epochs that counts steps"] = (new CosineSchedule(5), ScheduleUnit.Step, 1, true),
        ["a cosine in epochs"] = (new CosineSchedule(5), ScheduleUnit.Epoch, 1, false),
        ["a cosine of all steps"] = (new CosineSchedule(40), ScheduleUnit.Step, 1, false),
        ["a cosine of nearly all steps"] = (new CosineSchedule(38), ScheduleUnit.Step, 1, false),
        ["a cosine of more than all steps"] = (new CosineSchedule(400), ScheduleUnit.Step, 1, false),
        ["a cosine with a minimum"] = (new CosineSchedule(5, 0.1), ScheduleUnit.Step, 1, true),
        ["a cosine of half the epochs"] = (new CosineSchedule(2), ScheduleUnit.Epoch, 1, true),
        ["a cosine of the accumulated steps"] = (new CosineSchedule(10), ScheduleUnit.Step, 4, false),
        ["a cosine of half the accumulated steps"] = (new CosineSchedule(5), ScheduleUnit.Step, 4, true),
        ["a line to nothing"] = (new LinearSchedule(10), ScheduleUnit.Step, 1, true),
        ["a warm-up"] = (new LinearSchedule(10, 0.1, 1), ScheduleUnit.Step, 1, false),
        ["a polynomial"] = (new PolynomialSchedule(10, 2), ScheduleUnit.Step, 1, true),
        ["a warm-up and a cosine"] = (new CosineSchedule(30).AfterWarmUp(10), ScheduleUnit.Step, 1, false),
        ["a warm-up and a short cosine"] = (new CosineSchedule(5).AfterWarmUp(10), ScheduleUnit.Step, 1, true),
        ["a function that ends at nothing"] = (new LambdaSchedule(static t => Math.Max(0, 1 - (t / 10.0))), ScheduleUnit.Step, 1, true),
        ["a function that ends elsewhere"] = (new LambdaSchedule(static t => t < 10 ? 1 : 0.1), ScheduleUnit.Step, 1, false),
        ["a staircase"] = (new StepSchedule(10), ScheduleUnit.Step, 1, false),
        ["milestones"] = (new MultiStepSchedule([5, 8]), ScheduleUnit.Step, 1, false),
        ["a decay"] = (new ExponentialSchedule(0.9), ScheduleUnit.Step, 1, false),
        ["a constant"] = (new ConstantSchedule(), ScheduleUnit.Step, 1, false),
    };

    public static TheoryData<string> ScheduleNames => [.. Schedules.Keys];

    [Theory]
    [MemberData(nameof(ScheduleNames))]
    public void A_schedule_that_has_ended_long_before_the_run_is_told(string name)
    {
        (Schedule schedule, ScheduleUnit unit, int accumulate, bool warns) = Schedules[name];
        Linear model = new(2, 3);
        List<string> heard = [];
        Trainer trainer = new(model, new SGD(model.Parameters(), 0.1), new CrossEntropyLoss())
        {
            Schedule = schedule,
            ScheduleUnit = unit,
            AccumulateBatches = accumulate,
            PrintProgress = false,
            Callbacks = [new Ear(heard)],
        };
        trainer.Fit(Blobs.Loader(), 5);
        Assert.Equal(warns, trainer.Warnings.Any(static w => w.StartsWith("Schedule:", StringComparison.Ordinal)));
        Assert.Equal(trainer.Warnings, heard);
    }

    [Fact]
    public void The_warning_of_a_schedule_says_what_would_be_right()
    {
        Linear model = new(2, 3);
        Trainer trainer = new(model, new SGD(model.Parameters(), 0.1), new CrossEntropyLoss())
        {
            Schedule = new CosineSchedule(5),
            PrintProgress = false,
        };
        trainer.Fit(Blobs.Loader(), 5);
        string warning = Assert.Single(trainer.Warnings);
        Assert.Contains("ends after 5 of the run's 40 steps", warning, StringComparison.Ordinal);
        Assert.Contains("ScheduleUnit.Epoch", warning, StringComparison.Ordinal);
        trainer.Fit(Blobs.Loader(), 6);
        Assert.Equal(2, trainer.Warnings.Count);
    }

    [Fact]
    public void A_fit_with_nothing_to_do_says_so()
    {
        Trainer trainer = Blobs.Trainer(Blobs.Model(1));
        DataLoader<Example, Example> loader = Blobs.Loader();
        trainer.Fit(loader, 2);
        Assert.Empty(trainer.Warnings);
        trainer.Fit(loader, 2);
        Assert.Contains("give 4", Assert.Single(trainer.Warnings), StringComparison.Ordinal);
        Assert.Equal(2, trainer.Epoch);
        trainer.Fit(loader, 3);
        Assert.Single(trainer.Warnings);
    }

    [Fact]
    public void A_metric_that_does_not_say_what_is_better_is_refused_where_it_matters()
    {
        Assert.Contains("HigherIsBetter", Refused(new BestModel("undirected")).Message, StringComparison.Ordinal);
        Assert.Contains("undirected", Refused(new EarlyStopping("undirected")).Message, StringComparison.Ordinal);
        BestModel best = new("undirected", higherIsBetter: false);
        Trainer trainer = Trainer([best, new EarlyStopping("undirected", higherIsBetter: true)]);
        History history = trainer.Fit(Blobs.Loader(), 2, Blobs.Validation());
        Assert.Contains("val_undirected", Assert.Throws<InvalidOperationException>(() => history.Best("val_undirected")).Message,
            StringComparison.Ordinal);
        Assert.Same(history[1], history.Best("undirected", higherIsBetter: true));
        Assert.Throws<InvalidOperationException>(() => trainer.IsHigherBetter("undirected"));
        Assert.False(trainer.IsHigherBetter("val_loss"));

        static InvalidOperationException Refused(TrainingCallback callback) =>
            Assert.Throws<InvalidOperationException>(() => Trainer([callback]).Fit(Blobs.Loader(), 1));

        static Trainer Trainer(TrainingCallback[] callbacks)
        {
            Blobs.Net model = Blobs.Model(1);
            return new(model, new SGD(model.Parameters(), 0.1), new CrossEntropyLoss())
            {
                Metrics = [new Undirected()],
                Callbacks = callbacks,
                PrintProgress = false,
            };
        }
    }

    [Fact]
    public void A_history_knows_which_epoch_is_best()
    {
        History history = Blobs.Trainer(Blobs.Model(1)).Fit(Blobs.Loader(), 4, Blobs.Validation());
        Assert.Equal(history["val_loss"].Min(), history.Best("val_loss")["val_loss"]);
        Assert.Equal(history["loss"].Min(), history.Best("loss")["loss"]);
        Assert.Equal(history["val_accuracy"].Max(), history.Best("val_accuracy")["val_accuracy"]);
        Assert.Throws<KeyNotFoundException>(() => history.Best("f1"));
    }

    [Theory]
    [InlineData("made")]
    [InlineData("kept")]
    public void A_layer_made_while_the_model_runs_is_refused(string kind)
    {
        Module<Tensor, Tensor> model = kind == "made" ? new Careless() : new Late();
        Trainer trainer = new(model, new SGD(model.Parameters(), 0.1), new CrossEntropyLoss()) { PrintProgress = false };
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => trainer.Fit(Blobs.Loader(), 1));
        Assert.Contains(kind == "made" ? "inside Forward" : "head.weight", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, trainer.Steps);
    }

    [Fact]
    public void Parameters_that_nobody_trains_are_told_unless_that_is_said()
    {
        Linear outside = new(2, 3), aside = new(2, 3), frozen = new(2, 3), partly = new(2, 3);
        Assert.Contains("2 parameters ([3, 2], [3])", Assert.Single(Warnings(new Holder(outside, null))), StringComparison.Ordinal);
        Assert.Empty(Warnings(new Holder(null, aside)));
        frozen.RequiresGradInPlace(false);
        Assert.Empty(Warnings(new Holder(frozen, null)));
        Assert.Empty(Warnings(new Sequential(partly, new Linear(3, 3)), static m => [((Linear)m[1]).Weight]));

        static IReadOnlyList<string> Warnings<TModel>(TModel model, Func<TModel, Tensor[]>? trained = null)
            where TModel : Module<Tensor, Tensor>
        {
            IEnumerable<Tensor> parameters = trained is null ? model.Parameters() : trained(model);
            Trainer trainer = new(model, new SGD(parameters, 0.1), new CrossEntropyLoss()) { PrintProgress = false };
            trainer.Fit(Blobs.Loader(), 1);
            return trainer.Warnings;
        }
    }

    [Fact]
    public void Plain_progress_is_a_line_an_epoch_and_stops_at_a_closed_pipe()
    {
        using StringWriter text = new() { NewLine = "\n" };
        Trainer trainer = Blobs.Trainer(Blobs.Model(1));
        trainer.Fit(Blobs.Loader(), 2, Blobs.Validation(), new PlainProgress(text));
        string[] lines = text.ToString().TrimEnd('\n').Split('\n');
        Assert.Equal(2, lines.Length);
        Assert.Matches(@"^epoch 1/2  loss \d\.\d{4}  accuracy \d\.\d{4}  val_loss \d\.\d{4}  val_accuracy \d\.\d{4}  \d+\.\d s", lines[0]);
        trainer.Fit(Blobs.Loader(), 2, Blobs.Validation(), new PlainProgress(text));
        Assert.Contains("Warning: Fit: the run has 2 epochs already", text.ToString(), StringComparison.Ordinal);

        using StringWriter many = new() { NewLine = "\n" };
        Blobs.Trainer(Blobs.Model(1)).Fit(Blobs.Loader(16), 200, progress: new PlainProgress(many));
        string[] some = many.ToString().TrimEnd('\n').Split('\n');
        Assert.InRange(some.Length, 31, 150);
        Assert.StartsWith("epoch 200/200", some[^1], StringComparison.Ordinal);

        StringWriter closed = new();
        closed.Dispose();
        Assert.Single(Blobs.Trainer(Blobs.Model(1)).Fit(Blobs.Loader(), 1, progress: new PlainProgress(closed)));
    }

    [Fact]
    public void A_fit_prints_its_progress_unless_it_is_told_not_to()
    {
        Assert.Contains("own_name", Printed(true), StringComparison.Ordinal);
        Assert.DoesNotContain("own_name", Printed(false), StringComparison.Ordinal);
        Assert.DoesNotContain("own_name", Printed(true, new TrainerTests.Listener(static _ => { })), StringComparison.Ordinal);

        static string Printed(bool prints, IProgress<TrainingProgress>? progress = null)
        {
            Blobs.Net model = Blobs.Model(1);
            Trainer trainer = new(model, new SGD(model.Parameters(), 0.1), new CrossEntropyLoss())
            {
                Metrics = [Metric.Accuracy("own_name")],
                PrintProgress = prints,
            };
            TextWriter before = Console.Out;
            StringWriter text = new();
            Console.SetOut(TextWriter.Synchronized(text));
            try
            {
                trainer.Fit(Blobs.Loader(), 1, progress: progress);
            }
            finally
            {
                Console.SetOut(before);
            }

            return text.ToString();
        }
    }

    private sealed class Ear(List<string> heard) : TrainingCallback
    {
        public override void Warned(TrainingRun run, string message) => heard.Add(message);
    }

    private sealed class Undirected() : Metric("undirected")
    {
        private double _count;

        public override double Value => _count;

        public override Tensor State
        {
            get => Tensor.FromScalar(_count, DType.Float64);
            set => _count = value.Item<double>();
        }

        public override void Update(Tensor predictions, Tensor targets) => _count++;

        public override void Reset()
        {
        }
    }

    private sealed class Careless : Module<Tensor, Tensor>
    {
        private readonly Linear _body = new(2, 4);

        public override Tensor Forward(Tensor input) => new Linear(4, 3).Forward(_body.Forward(input));
    }

    private sealed class Late : Module<Tensor, Tensor>
    {
        private readonly Linear _body = new(2, 4);
        private Linear? _head;

        public override Tensor Forward(Tensor input) => (_head ??= new Linear(4, 3)).Forward(_body.Forward(input));
    }

    /// <summary>A model that uses a layer which the library cannot find, or is not to find.</summary>
    private sealed class Holder(Linear? hidden, Linear? aside) : Module<Tensor, Tensor>
    {
        private readonly Linear _own = new(2, 3);
        private readonly Box _box = new(hidden);

        [Unregistered]
        private readonly Linear? _aside = aside;

        public override Tensor Forward(Tensor input) => _own.Forward(input) + (_box.Content ?? _aside)!.Forward(input);

        private sealed class Box(Linear? content)
        {
            public Linear? Content { get; } = content;
        }
    }
}
