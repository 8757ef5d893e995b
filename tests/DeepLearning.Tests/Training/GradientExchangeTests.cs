using DeepLearning.Data;
using DeepLearning.Layers;
using DeepLearning.Losses;
using DeepLearning.Optimizers;
using DeepLearning.Training;

namespace DeepLearning.Tests.Training;

/// <summary>Processes that exchange gradients, as threads: together they make the steps of one process with all batches.</summary>
public sealed class GradientExchangeTests
{
    public static TheoryData<string, int, int, double?> Cases => new()
    {
        { "mean", 2, 1, null },
        { "mean", 3, 1, 0.05 },
        { "mean", 2, 3, null },
        { "sum", 2, 1, null },
        { "sum", 2, 2, 0.05 },
        { "weighted", 2, 1, null },
        { "weighted", 3, 2, 0.05 },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Processes_together_make_the_steps_of_one_with_all_their_batches(string kind, int processes, int accumulate, double? norm)
    {
        // A process has batches of 4 and of 3 samples, of which the targets 0 count nothing: whole batches of the last process do not.
        (Tensor Inputs, Tensor Targets)[] parts = [.. Enumerable.Range(0, processes).Select(p => Part(p, p == processes - 1))];
        int size = 4;
        Net whole = new();
        List<Example> all = [];
        for (int first = 0; first < parts[0].Inputs.Size(0); first += size * accumulate)
        {
            Range rows = first..Math.Min(first + (size * accumulate), parts[0].Inputs.Size(0));
            all.Add(new Example(
                Tensor.Cat([.. parts.Select(p => p.Inputs[rows])]), Tensor.Cat([.. parts.Select(p => p.Targets[rows])])));
        }

        Trainer<Example> alone = Trainer(whole, kind, norm, 1, null);
        alone.Fit(new DataLoader<Example, Example>(new ArrayDataset<Example>([.. all]), 1, static batch => batch[0]), 3);

        Net[] models = [.. parts.Select(static _ => new Net())];
        Trainer<Example>[] trainers = new Trainer<Example>[processes];
        Exchange.Run(processes, (p, exchange) =>
        {
            trainers[p] = Trainer(models[p], kind, norm, accumulate, exchange);
            trainers[p].Fit(DataLoader.Create(new TensorDataset(parts[p].Inputs, parts[p].Targets), size), 3);
        });
        Assert.All(trainers, trainer => Assert.Equal(alone.Steps, trainer.Steps));
        Assert.All(models, model => Assert.Equal(Blobs.Bits(models[0]), Blobs.Bits(model)));
        foreach ((Parameter expected, Parameter actual) in whole.Parameters().Zip(models[0].Parameters()))
        {
            Assert.True(expected.AllClose(actual, 1e-9, 1e-10), $"{expected}\n{actual}");
        }
    }

    [Fact]
    public void An_exchange_with_nobody_else_changes_no_bit()
    {
        Blobs.Net alone = Blobs.Model(3), exchanging = Blobs.Model(3);
        Blobs.Seeded(() => Fit(alone, null));
        Exchange.Run(1, (_, exchange) => Blobs.Seeded(() => Fit(exchanging, exchange)));
        Assert.Equal(Blobs.Bits(alone), Blobs.Bits(exchanging));

        static void Fit(Blobs.Net model, IGradientExchange? exchange) =>
            new Trainer(model, new Adam(model.Parameters(), 0.01), static (s, y) => Loss.CrossEntropy(s, y))
            {
                GradientExchange = exchange,
                PrintProgress = false,
            }.Fit(Blobs.Loader(), 2);
    }

    [Fact]
    public void A_parameter_that_one_process_uses_learns_in_all_and_one_that_nobody_uses_in_none()
    {
        // With momentum a gradient of zeros would not be the same as none.
        Branches[] models = [new(), new()];
        byte[] unused = models[0].Third.Weight.ToArray<float>().SelectMany(BitConverter.GetBytes).ToArray();
        ArrayDataset<Tensor> inputs = new([Tensor.Ones(1, 2), Tensor.Ones(1, 2) * 2]);
        Exchange.Run(2, (p, exchange) => new Trainer<Tensor>(
            models[p], new Adam(models[p].Parameters()),
            x => new BatchOutput((p == 0 ? models[p].First : models[p].Second).Forward(x).Square().Mean(), Samples: 1))
        {
            GradientExchange = exchange,
            PrintProgress = false,
        }.Fit(new DataLoader<Tensor, Tensor>(inputs, 1, static samples => samples[0]), 2));
        Assert.Equal(Blobs.Bits(models[0]), Blobs.Bits(models[1]));
        Assert.Equal(unused, models[1].Third.Weight.ToArray<float>().SelectMany(BitConverter.GetBytes));
        Assert.Null(models[0].Third.Weight.Grad);
        Branches before = new();
        Assert.False(before.First.Weight.AllClose(models[1].First.Weight));
        Assert.False(before.Second.Weight.AllClose(models[0].Second.Weight));
    }

    [Fact]
    public void A_step_in_which_nothing_counts_anywhere_is_left_out_by_all()
    {
        Net[] models = [new(), new()];
        Tensor targets = Tensor.From([0.0, 0, 0, 0, 2, 1, 3, 1]).Reshape(8, 1);
        long[] steps = new long[2];
        Exchange.Run(2, (p, exchange) =>
        {
            Trainer<Example> trainer = Trainer(models[p], "weighted", null, 1, exchange);
            trainer.Fit(DataLoader.Create(new TensorDataset(Part(p, false).Inputs[..8], targets), 4), 1);
            steps[p] = trainer.Steps;
        });
        Assert.Equal([1L, 1L], steps);
    }

    private static (Tensor Inputs, Tensor Targets) Part(int process, bool ends)
    {
        Tensor inputs = Tensor.Randn([19, 2], DType.Float64, new Generator((ulong)process + 1));
        Tensor targets = Tensor.RandInt(0, 4, [19, 1], generator: new Generator((ulong)process + 9)).To(DType.Float64);
        return (inputs, ends ? Tensor.Cat([targets[..8], Tensor.Zeros([8, 1], DType.Float64), targets[16..]]) : targets);
    }

    private static Trainer<Example> Trainer(Net model, string kind, double? norm, int accumulate, IGradientExchange? exchange) => new(
        model, new SGD(model.Parameters(), 0.01, momentum: 0.9), batch =>
        {
            Tensor output = model.Forward(batch.Input), errors = (output - batch.Target).Square();
            Tensor mask = batch.Target.NotEqualTo(0).To(DType.Float64);
            double count = mask.Sum().Item<double>();
            return kind switch
            {
                "mean" => new BatchOutput(errors.Mean(), output, batch.Target),
                "sum" => new BatchOutput(errors.Sum(), output, batch.Target) { Reduction = LossReduction.Sum },
                _ => new BatchOutput((errors * mask).Sum() / Math.Max(count, 1), output, batch.Target) { Counted = count },
            };
        })
    {
        AccumulateBatches = accumulate,
        GradientExchange = exchange,
        MaxGradientNorm = norm,
        PrintProgress = false,
    };

    private sealed class Net : Module<Tensor, Tensor>
    {
        private readonly Parameter _weight = new(Tensor.From(new double[,] { { 0.3 }, { -0.2 } })), _bias = new(Tensor.From([0.1]));

        public override Tensor Forward(Tensor x) => (x.MatMul(_weight) + _bias).Tanh() * 2;
    }

    private sealed class Branches : Module<Tensor, Tensor>
    {
        public Linear First { get; } = Made(1);

        public Linear Second { get; } = Made(2);

        public Linear Third { get; } = Made(3);

        public override Tensor Forward(Tensor x) => First.Forward(x);

        private static Linear Made(ulong seed)
        {
            using Generator.DefaultRegion random = new Generator(seed).AsDefault();
            return new Linear(2, 1);
        }
    }

    /// <summary>Adds up over threads, in one order.</summary>
    private sealed class Exchange(int own, int count, Barrier barrier, IReadOnlyList<Tensor>[] given) : IGradientExchange
    {
        public void Sum(IReadOnlyList<Tensor> tensors)
        {
            given[own] = tensors;
            Meet();
            Tensor[] sums = new Tensor[tensors.Count];
            for (int i = 0; i < tensors.Count; i++)
            {
                sums[i] = given[0][i].Clone();
                for (int p = 1; p < count; p++)
                {
                    sums[i] = sums[i] + given[p][i];
                }
            }

            Meet();
            for (int i = 0; i < tensors.Count; i++)
            {
                tensors[i].CopyFrom(sums[i]);
            }
        }

        /// <summary>Runs processes, each with its exchange.</summary>
        public static void Run(int count, Action<int, IGradientExchange> process)
        {
            using Barrier barrier = new(count);
            IReadOnlyList<Tensor>[] given = new IReadOnlyList<Tensor>[count];
            Exception?[] failures = new Exception?[count];
            Thread[] threads =
            [
                .. Enumerable.Range(0, count).Select(p => new Thread(() =>
                {
                    try
                    {
                        Blobs.Seeded(() => process(p, new Exchange(p, count, barrier, given)));
                    }
                    catch (Exception e)
                    {
                        failures[p] = e;
                    }
                })),
            ];
            Array.ForEach(threads, static thread => thread.Start());
            Array.ForEach(threads, static thread => thread.Join());
            Assert.All(failures, static failure => Assert.True(failure is null, $"{failure}"));
        }

        private void Meet() => Assert.True(barrier.SignalAndWait(TimeSpan.FromSeconds(20)), "A process does not take part.");
    }
}
