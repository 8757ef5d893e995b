using DeepLearning.Data;
using DeepLearning.Layers;
using DeepLearning.Losses;
using DeepLearning.Optimizers;
using DeepLearning.Serialization;
using DeepLearning.Tests.Infrastructure;
using DeepLearning.Training;

namespace DeepLearning.Tests.Training.Predictors;

public sealed class TablePredictorTests : IDisposable
{
    private static readonly KeyValuePair<string, string>[] Hidden = [new("hidden", "8, 4"), new("dropout", "0.25")];

    private readonly TemporaryFolder _folder = new();
    private readonly ModelRegistry _registry = new ModelRegistry()
        .Add("mlp", Perceptron)
        .Add("wide", static s => new Linear(s.Inputs, s.Outputs));
    private readonly Table _table = new(
        new NumberColumn("rooms", 2, 3, double.NaN, 5, 4, 1),
        new TextColumn("place", "sea", "hill", "sea", null, "hill", "sea"),
        new TextColumn("sold", "2024-01-31", "2023-12-01", "2022-06-15", "2024-01-31", "2021-02-03", null),
        new NumberColumn("price", 100, 200, 300, 400, 250, 90));

    private string File => _folder["predictor.safetensors"];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("price", true)]
    [InlineData("place", false)]
    public void A_model_may_leave_out_the_axis_of_a_single_output_alone(string target, bool fits)
    {
        Table training = _table.DropMissing("place");
        TablePipeline pipeline = new TablePipeline { Target = target, Dates = ["sold"] }.Fit(training);
        ModelRegistry registry = new ModelRegistry().Add("flat", static s => new Sequential(new Linear(s.Inputs, 1), new Flatten(0)));
        TablePredictor predictor = new(pipeline, "flat", [], registry);
        if (fits)
        {
            Assert.Equal([training.RowCount, 1], predictor.Predict(training).Shape.ToArray());
        }
        else
        {
            Assert.Contains("[5]", Assert.Throws<ShapeException>(() => predictor.Predict(training)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Settings_print_the_lengths_first() =>
        Assert.Equal("ModelSettings(3 → 2, hidden: 8, 4, dropout: 0.25)", new ModelSettings(3, 2, Hidden).ToString());

    [Theory]
    [InlineData("price")]
    [InlineData("place")]
    public void A_saved_predictor_predicts_the_same_from_raw_rows(string target)
    {
        Table training = _table.DropMissing("place");
        TablePipeline pipeline = new TablePipeline { Target = target, Dates = ["sold"] }.Fit(training);
        TablePredictor predictor = new(pipeline, "mlp", Hidden, _registry);
        Module<Tensor, Tensor, Tensor> loss = target == "price" ? new MSELoss() : new CrossEntropyLoss();
        Trainer trainer = new(predictor.Model, new Adam(predictor.Model.Parameters(), 0.01), loss) { PrintProgress = false };
        trainer.Fit(DataLoader.Create(pipeline.ToDataset(training), 2), 3);
        predictor.Save(File);

        Generator random = new(1);
        TablePredictor loaded;
        using (random.AsDefault())
        {
            loaded = TablePredictor.Load(File, _registry);
        }

        Assert.Equal(0UL, random.State.Position);
        Table rows = training.Drop(target);
        Assert.Equal(predictor.Predict(rows).ToArray<double>(), loaded.Predict(rows).ToArray<double>());
        using (BatchInvariance.Enable())
        {
            Assert.Equal(predictor.Predict(rows).ToArray<double>(), loaded.Predict(rows, batchSize: 2).ToArray<double>());
        }

        Assert.Equal([rows.RowCount, pipeline.OutputCount], loaded.Predict(rows).Shape.ToArray());
        Assert.Equal(("mlp", "8, 4"), (loaded.Architecture, loaded.Settings.Text("hidden")));
        if (target == "place")
        {
            Assert.Equal(predictor.PredictLabels(rows), loaded.PredictLabels(rows));
            Assert.All(loaded.PredictLabels(rows), static label => Assert.Contains(label, (string[])["hill", "sea"]));
        }
        else
        {
            Assert.InRange(loaded.Predict(rows).Mean().Item<double>(), 50, 500);
            Assert.Throws<InvalidOperationException>(() => loaded.PredictLabels(rows));
        }

        var objects = new[] { new { rooms = 3.0, place = "sea", sold = new DateOnly(2023, 4, 5), price = 120 } };
        Assert.Equal(1, loaded.Predict(Table.FromRows(objects)).Shape[0]);
        Assert.Throws<TableException>(() => loaded.Predict(rows.Rows(..0)));
    }

    [Fact]
    public void A_model_made_before_fits_its_architecture_or_is_refused()
    {
        TablePipeline pipeline = new TablePipeline { Target = "price", Dates = ["sold"] }.Fit(_table);
        Linear model = new(pipeline.InputCount, 1);
        new TablePredictor(pipeline, model, "wide", registry: _registry).Save(File);
        Assert.Equal(model.Weight.ToArray<float>(), TablePredictor.Load(File, _registry).Model.Parameters()[0].ToArray<float>());
        Assert.ThrowsAny<ArgumentException>(() => new TablePredictor(pipeline, model, "mlp", Hidden, _registry));
        Assert.ThrowsAny<ArgumentException>(() => new TablePredictor(pipeline, new Linear(3, 1), "wide", registry: _registry));
        Assert.Contains("float64", Assert.Throws<ArgumentException>(() =>
            new TablePredictor(pipeline, new Linear(pipeline.InputCount, 1).To(DType.Float64), "wide", registry: _registry)).Message,
            StringComparison.Ordinal);
        Assert.Contains("Did you mean 'wide'", Assert.Throws<ArgumentException>(() =>
            new TablePredictor(pipeline, "wyde", registry: _registry)).Message, StringComparison.Ordinal);
        TablePipeline untargeted = new TablePipeline().Fit(_table.Drop("sold"));
        Assert.Throws<InvalidOperationException>(() => new TablePredictor(untargeted, "wide", registry: _registry));
        Assert.Throws<InvalidOperationException>(() => new TablePredictor(new TablePipeline(), "wide", registry: _registry));
    }

    [Fact]
    public void A_file_chooses_only_among_registered_architectures_and_is_refused_when_anything_is_wrong()
    {
        TablePipeline pipeline = new TablePipeline { Target = "price", Dates = ["sold"] }.Fit(_table);
        new TablePredictor(pipeline, "mlp", Hidden, _registry).Save(File);
        using SafetensorsFile file = Safetensors.Open(File);
        OrderedDictionary<string, Tensor> tensors = file.ReadAll();
        Dictionary<string, string> metadata = new(file.Metadata);

        Refused("System.Diagnostics.Process", m => m["architecture"] = "System.Diagnostics.Process");
        Refused("'hidden' is missing", static m => m.Remove("settings.hidden"));
        Refused("not a whole number", static m => m["settings.hidden"] = "8, x");
        Refused("seq.0.weight", static m => m["settings.hidden"] = "9, 4");
        Refused("not a file of a TablePredictor", static m => m["format"] = "something");
        Refused("version", static m => m["version"] = "7");
        Refused("architecture", static m => m.Remove("architecture"));
        foreach (string key in metadata.Keys.Where(static key => key.StartsWith("pipeline.", StringComparison.Ordinal)
            && !key.EndsWith("target", StringComparison.Ordinal) && !key.StartsWith("pipeline.dates", StringComparison.Ordinal)
            && key is not "pipeline.target_scaler.type" and not "pipeline.scaler.type"))
        {
            Refused("", m => m.Remove(key));
        }

        foreach (string key in tensors.Keys)
        {
            Dictionary<string, Tensor> fewer = new(tensors);
            fewer.Remove(key);
            Safetensors.Save(File, fewer, metadata);
            Assert.StartsWith(File, Assert.Throws<InvalidDataException>(() => TablePredictor.Load(File, _registry)).Message,
                StringComparison.Ordinal);
        }

        Assert.Throws<FileNotFoundException>(() => TablePredictor.Load(_folder["none"], _registry));

        void Refused(string message, Action<Dictionary<string, string>> change)
        {
            Dictionary<string, string> changed = new(metadata);
            change(changed);
            Safetensors.Save(File, tensors, changed);
            InvalidDataException error = Assert.Throws<InvalidDataException>(() => TablePredictor.Load(File, _registry));
            Assert.StartsWith(File, error.Message, StringComparison.Ordinal);
            Assert.Contains(message, error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_registry_has_one_architecture_a_name()
    {
        Assert.Equal(["mlp", "wide"], _registry.Names);
        _registry.Add("mlp", Perceptron);
        Assert.Contains("'mlp'", Assert.Throws<ArgumentException>(() => _registry.Add("mlp", static s => new Linear(s.Inputs, 1))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Rerun", "Culture")]
    public void Settings_are_read_alike_in_every_culture()
    {
        ModelSettings settings = new(2, 1, [new("rate", "0.5"), new("sizes", "3,4"), new("none", ""), new("n", "-7")]);
        Assert.Equal(0.5, settings.Number("rate"));
        Assert.Equal([3, 4], settings.Ints("sizes"));
        Assert.Empty(settings.Ints("none"));
        Assert.Equal(-7, settings.Int("n"));
        Assert.Equal((9, 0.25, "x"), (settings.Int("other", 9), settings.Number("other", 0.25), settings.Text("other", "x")));
        Assert.Equal([5, 6], settings.Ints("other", [5, 6]));
        Assert.Contains("there are: rate, sizes", Assert.Throws<ArgumentException>(() => settings.Int("other")).Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => settings.Number("sizes"));
        Assert.Throws<ArgumentException>(() => settings.Int("rate"));
    }

    private static Net Perceptron(ModelSettings settings) => new(settings);

    private sealed class Net : Module<Tensor, Tensor>
    {
        private readonly Sequential _seq = [];

        public Net(ModelSettings settings)
        {
            int inputs = settings.Inputs;
            foreach (int units in settings.Ints("hidden"))
            {
                _seq.Add(new Linear(inputs, units));
                _seq.Add(new ReLU());
                inputs = units;
            }

            _seq.Add(new Dropout(settings.Number("dropout", 0)));
            _seq.Add(new Linear(inputs, settings.Outputs));
        }

        public override Tensor Forward(Tensor input) => _seq.Forward(input);
    }
}
