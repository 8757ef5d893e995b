using DeepLearning.Data;
using DeepLearning.Losses;
using DeepLearning.Optimizers;
using DeepLearning.Serialization;
using DeepLearning.Tests.Infrastructure;
using DeepLearning.Training;

namespace DeepLearning.Tests.Training;

/// <summary>
/// What callbacks and the history make of figures at the edges: equals, differences just too small, NaN, states of others.
/// </summary>
public sealed class FigureEdgeTests
{
    private const double NaN = double.NaN;

    [Theory]
    [InlineData(true, 2, 0.25, new[] { 1, 1.25, 1.5, 1.5, 1.75, 9 }, 5, 1.5)]
    [InlineData(false, 2, 0.25, new[] { 1, 0.75, 0.5, 0.5, 0.25, -9 }, 5, 0.5)]
    [InlineData(true, 2, 0, new[] { 1, 1, 1, 9.0 }, 3, 1)]
    [InlineData(false, 1, 0, new[] { 1, 0.5, 0.5, -9 }, 3, 0.5)]
    [InlineData(true, 2, 0, new[] { NaN, 1, NaN, NaN, 9 }, 4, 1)]
    [InlineData(false, 2, 0, new[] { NaN, NaN, -9 }, 2, NaN)]
    public void Patience_is_for_so_many_epochs_without_more_than_the_least_difference(
        bool higher, int patience, double least, double[] values, int ended, double best)
    {
        EarlyStopping stopping = new("scripted", patience, least, higher);
        Trainer trainer = Scripted(values, higher, stopping);
        trainer.Fit(OneBatch(), values.Length);
        Assert.Equal((ended, best), (trainer.Epoch, stopping.Best));
        Assert.Contains($"for {patience} epochs", trainer.StopReason, StringComparison.Ordinal);
        Assert.Equal($"EarlyStopping(scripted, patience {patience}): waited {patience}", stopping.ToString());
    }

    [Theory]
    [InlineData(true, new[] { 1, 2, 2, 1.0 }, 2)]
    [InlineData(false, new[] { 2, 1, 1, 2.0 }, 2)]
    [InlineData(true, new[] { NaN, -3, NaN, -4 }, 2)]
    [InlineData(false, new[] { NaN, 3, NaN, 2 }, 4)]
    [InlineData(false, new[] { 5, NaN, 4, 6 }, 3)]
    public void The_first_of_the_best_epochs_is_the_best(bool higher, double[] values, int epoch)
    {
        BestModel best = new("scripted");
        Dictionary<int, byte[]> models = [];
        Trainer trainer = Scripted(values, higher, best, new TrainerTests.Watcher
        {
            OnEpoch = (run, record) => models[record.Epoch] = Blobs.Bits(run.Model),
        });
        History history = trainer.Fit(OneBatch(), values.Length);
        Assert.Equal((epoch, values[epoch - 1]), (best.Epoch, best.Best));
        Assert.Equal(epoch, history.Best("scripted").Epoch);
        Assert.Equal(models[epoch], Blobs.Bits(trainer.Model));
        Assert.Equal(FormattableString.Invariant($"BestModel(scripted): {values[epoch - 1]} in epoch {epoch}"), best.ToString());
    }

    [Fact]
    public void Without_a_figure_that_is_a_number_no_epoch_is_best_and_the_model_stays()
    {
        BestModel best = new("scripted");
        Trainer trainer = Scripted([NaN, NaN], true, best);
        History history = trainer.Fit(OneBatch(), 2);
        Assert.Equal((0, NaN), (best.Epoch, best.Best));
        Assert.Equal(1, history.Best("scripted").Epoch);
        Assert.Contains("no best epoch", Assert.Throws<InvalidOperationException>(() => best.Restore(trainer.Model)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void The_best_model_is_kept_in_its_file_and_not_restored_when_nobody_wants_that()
    {
        using TemporaryFolder folder = new();
        string path = folder["best.safetensors"];
        byte[] second = [], last = [];
        BestModel best = new("scripted", path, restore: false);
        Trainer trainer = Scripted([1, 2.5, 2], true, best, new TrainerTests.Watcher
        {
            OnEpoch = (run, record) => (second, last) = (record.Epoch == 2 ? Blobs.Bits(run.Model) : second, Blobs.Bits(run.Model)),
        });
        trainer.Fit(OneBatch(), 3);
        Assert.Equal(last, Blobs.Bits(trainer.Model));
        Assert.NotEqual(second, last);
        using SafetensorsFile file = Safetensors.Open(path);
        Assert.Equal(("2", "2.5"), (file.Metadata["epoch"], file.Metadata["scripted"]));
        Assert.Equal(second, Safetensors.ToBytes(file.ReadAll()));

        // Its state is as good as itself.
        BestModel loaded = new("scripted", higherIsBetter: true);
        loaded.LoadStateDict(best.StateDict());
        Assert.Equal((2, 2.5), (loaded.Epoch, loaded.Best));
        loaded.Restore(trainer.Model);
        Assert.Equal(second, Blobs.Bits(trainer.Model));
        loaded.LoadStateDict(new Dictionary<string, Tensor>());
        Assert.Equal((0, NaN), (loaded.Epoch, loaded.Best));
        Assert.Equal(["best", "epoch"], loaded.StateDict().Keys);
    }

    [Theory]
    [InlineData("best", null)]
    [InlineData("best", "float32")]
    [InlineData("best", "two")]
    [InlineData("count", null)]
    [InlineData("count", "int32")]
    [InlineData("count", "two")]
    [InlineData("count", "negative")]
    [InlineData("count", "large")]
    public void A_state_that_is_none_is_refused_and_changes_nothing(string entry, string? kind)
    {
        Tensor? value = kind switch
        {
            "float32" => Tensor.FromScalar(0.5f),
            "int32" => Tensor.FromScalar(3, DType.Int32),
            "two" => entry == "best" ? Tensor.From([0.5, 0.5]) : Tensor.From([3L, 3]),
            "negative" => Tensor.FromScalar(-1L),
            "large" => Tensor.FromScalar(1L + int.MaxValue),
            _ => null,
        };
        foreach ((TrainingCallback callback, string count) in ((TrainingCallback, string)[])[
            (new EarlyStopping("scripted"), "waited"), (new BestModel("scripted"), "epoch")])
        {
            OrderedDictionary<string, Tensor> state = new()
            {
                ["best"] = Tensor.FromScalar(0.25, DType.Float64),
                [count] = Tensor.FromScalar(2L),
            };
            callback.LoadStateDict(state);
            string before = callback.ToString()!, changed = entry == "best" ? entry : count;
            Assert.Contains("2", before, StringComparison.Ordinal);
            state.Remove(changed);
            if (value is not null)
            {
                state[changed] = value;
            }

            Assert.Equal("state", Assert.Throws<ArgumentException>(() => callback.LoadStateDict(state)).ParamName);
            Assert.Equal(before, callback.ToString());
            Assert.Equal(0.25, callback.StateDict()["best"].Item<double>());
        }

        EarlyStopping stopping = new("scripted");
        stopping.LoadStateDict(new EarlyStopping().StateDict());
        stopping.LoadStateDict(new Dictionary<string, Tensor>());
        Assert.Equal((NaN, "EarlyStopping(scripted, patience 5): waited 0"), (stopping.Best, stopping.ToString()));
    }

    [Theory]
    [InlineData(0.0, "0.0000")]
    [InlineData(0.001, "0.0010")]
    [InlineData(-0.25, "-0.2500")]
    [InlineData(0.00099, "9.900e-4")]
    [InlineData(-0.00001, "-1.000e-5")]
    [InlineData(999.5, "999.5000")]
    [InlineData(1000.0, "1000.0")]
    [InlineData(-99_999.5, "-99999.5")]
    [InlineData(100_000.0, "1.000e5")]
    [InlineData(NaN, "NaN")]
    [InlineData(double.NegativeInfinity, "-Infinity")]
    public void A_figure_is_printed_short_and_never_as_nothing_but_zeros(double value, string text) =>
        Assert.Equal(text, FigureFormat.Number(value));

    [Fact]
    public void A_series_has_NaN_where_an_epoch_lacks_the_figure_and_names_are_quoted_where_a_comma_would_tear_them()
    {
        History history = new();
        Assert.Contains("none, no epoch ended yet", Assert.Throws<KeyNotFoundException>(() => history["loss"]).Message,
            StringComparison.Ordinal);
        history.Add(Record(1, ("loss", 0.5)));
        history.Add(Record(2, ("loss", 0.25), ("a,\"b\"", 3)));
        history.Add(Record(3, ("new\nline", 1)));
        Assert.Equal(["loss", "a,\"b\"", "new\nline"], history.Names);
        Assert.Equal([0.5, 0.25, NaN], history["loss"]);
        Assert.Equal([NaN, 3, NaN], history["a,\"b\""]);
        Assert.Equal(2, history.Best("loss", higherIsBetter: false).Epoch);
        Assert.Equal(1, history.Best("loss", higherIsBetter: true).Epoch);
        Assert.Equal(
            "epoch,loss,\"a,\"\"b\"\"\",\"new\nline\",learning_rate,samples,seconds,waiting_seconds\n"
            + "1,0.5,NaN,NaN,0.125,10,1.5,0.25\n2,0.25,3,NaN,0.125,20,1.5,0.25\n3,NaN,NaN,1,0.125,30,1.5,0.25\n",
            history.ToCsv());
        History other = new();
        other.Add(Record(1, ("f1", 0)));
        other.Replace(history);
        Assert.Equal(history, other);
        other.Replace(other);
        Assert.Equal(3, other.Count);

        static EpochRecord Record(int epoch, params (string Name, double Value)[] values) => new(
            epoch, new OrderedDictionary<string, double>(values.Select(static v => KeyValuePair.Create(v.Name, v.Value))), 0.125,
            10 * epoch, TimeSpan.FromSeconds(1.5), TimeSpan.FromSeconds(0.25));
    }

    private static DataLoader<Example, Example> OneBatch() => Blobs.Loader(16, 16);

    private static Trainer Scripted(double[] values, bool higher, params TrainingCallback[] callbacks)
    {
        Blobs.Net model = Blobs.Model(1);
        return new Trainer(model, new SGD(model.Parameters(), 0.1), new CrossEntropyLoss())
        {
            Metrics = [new ScriptedMetric(values, higher)],
            Callbacks = callbacks,
            PrintProgress = false,
        };
    }

    /// <summary>A metric that has a value given beforehand in each epoch of one batch.</summary>
    private sealed class ScriptedMetric(double[] values, bool higher) : Metric("scripted")
    {
        private int _count;

        public override bool? HigherIsBetter => higher;

        public override double Value => values[_count - 1];

        public override Tensor State
        {
            get => Tensor.FromScalar((long)_count);
            set => _count = (int)value.Item<long>();
        }

        public override void Update(Tensor predictions, Tensor targets) => _count++;

        public override void Reset()
        {
        }
    }
}
