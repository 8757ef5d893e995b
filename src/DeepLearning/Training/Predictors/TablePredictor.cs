using DeepLearning.Data;
using DeepLearning.Layers;
using DeepLearning.Serialization;

namespace DeepLearning.Training;

/// <summary>
/// Everything that turns rows of a table into predictions: the pipeline, the model, and the name of its architecture. It is saved in one
/// safetensors file, and loaded by a program that registered the architecture.
/// </summary>
/// <example>
/// <code>
/// ModelRegistry.Default.Add("mlp", static s => new Sequential(
///     new Linear(s.Inputs, s.Int("hidden")), new ReLU(), new Linear(s.Int("hidden"), s.Outputs)));
/// TablePredictor predictor = new(pipeline, "mlp", [new("hidden", "64")]);
/// … train predictor.Model …
/// predictor.Save("prices.safetensors");
/// Tensor prices = TablePredictor.Load("prices.safetensors").Predict(rows);
/// </code>
/// </example>
public sealed class TablePredictor
{
    private const string Format = "deeplearning.predictor", Version = "1", ArchitectureKey = "architecture", SettingsKey = "settings";

    /// <summary>Makes a new model for a pipeline's inputs and target.</summary>
    /// <param name="pipeline">The fitted pipeline, with a target.</param>
    /// <param name="architecture">The name of the model's architecture.</param>
    /// <param name="settings">The architecture's own settings.</param>
    /// <param name="registry">Where the architecture is registered; <see cref="ModelRegistry.Default"/> when null.</param>
    /// <exception cref="ArgumentException">There is no such architecture, or a setting does not fit.</exception>
    /// <exception cref="InvalidOperationException">The pipeline is not fitted or has no target.</exception>
    public TablePredictor(
        TablePipeline pipeline, string architecture, IEnumerable<KeyValuePair<string, string>>? settings = null,
        ModelRegistry? registry = null)
    {
        ArgumentNullException.ThrowIfNull(pipeline);
        (Pipeline, Architecture) = (pipeline, architecture);
        Settings = new ModelSettings(pipeline.InputCount, pipeline.OutputCount, settings);
        Model = (registry ?? ModelRegistry.Default).Make(architecture, Settings);
    }

    /// <summary>Takes a model that was made, and perhaps trained, before.</summary>
    /// <param name="pipeline">The fitted pipeline, with a target.</param>
    /// <param name="model">The model.</param>
    /// <param name="architecture">The name of its architecture.</param>
    /// <param name="settings">The settings by which the architecture gives such a model.</param>
    /// <param name="registry">Where the architecture is registered; <see cref="ModelRegistry.Default"/> when null.</param>
    /// <exception cref="ArgumentException">There is no such architecture, or it does not give such a model.</exception>
    /// <exception cref="InvalidOperationException">The pipeline is not fitted or has no target.</exception>
    public TablePredictor(
        TablePipeline pipeline, Module<Tensor, Tensor> model, string architecture,
        IEnumerable<KeyValuePair<string, string>>? settings = null, ModelRegistry? registry = null)
    {
        ArgumentNullException.ThrowIfNull(pipeline);
        ArgumentNullException.ThrowIfNull(model);
        (Pipeline, Model, Architecture) = (pipeline, model, architecture);
        Settings = new ModelSettings(pipeline.InputCount, pipeline.OutputCount, settings);
        Module<Tensor, Tensor> another = Aside(() => (registry ?? ModelRegistry.Default).Make(architecture, Settings));
        another.CheckStateDict(model.StateDict(), nameof(TablePredictor));
        CheckTypes(model.StateDict(), another, architecture);
    }

    /// <summary>From rows to the model's inputs, and from its outputs back.</summary>
    public TablePipeline Pipeline { get; }

    /// <summary>The model.</summary>
    public Module<Tensor, Tensor> Model { get; }

    /// <summary>The name of the model's architecture.</summary>
    public string Architecture { get; }

    /// <summary>What the model is made by.</summary>
    public ModelSettings Settings { get; }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <param name="path">The file.</param>
    /// <param name="registry">Where its architecture is registered; <see cref="ModelRegistry.Default"/> when null.</param>
    /// <exception cref="IOException">The file does not exist or cannot be read.</exception>
    /// <exception cref="SafetensorsException">The file is damaged.</exception>
    /// <exception cref="InvalidDataException">
    /// The file holds something else, its architecture is not registered, or its weights do not fit that.
    /// </exception>
    public static TablePredictor Load(string path, ModelRegistry? registry = null)
    {
        using SafetensorsFile file = Safetensors.Open(path);
        try
        {
            if (file.Metadata.GetValueOrDefault("format") != Format)
            {
                throw new InvalidDataException("it is not a file of a TablePredictor");
            }

            if (file.Metadata.GetValueOrDefault("version") is var version && version != Version)
            {
                throw new InvalidDataException($"it is of version {version ?? "none"}, this library reads version {Version}");
            }

            PreprocessorState state = new(file.ReadAll(), file.Metadata);
            TablePipeline pipeline = new();
            pipeline.LoadState(state.Part("pipeline"));
            TablePredictor predictor = Aside(
                () => new TablePredictor(pipeline, state.Text(ArchitectureKey), state.Part(SettingsKey).Metadata, registry));
            OrderedDictionary<string, Tensor> weights = state.Part("model").Tensors;
            predictor.Model.CheckStateDict(weights, nameof(Load));
            CheckTypes(weights, predictor.Model, predictor.Architecture);
            predictor.Model.LoadStateDict(weights);
            predictor.Model.Eval();
            return predictor;
        }
        catch (Exception error) when (error is InvalidDataException or ArgumentException or InvalidOperationException)
        {
            throw new InvalidDataException($"{path}: {error.Message}", error);
        }
    }

    /// <summary>Writes pipeline, architecture and weights into one file; an existing file is replaced only when all is written.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Save(string path)
    {
        PreprocessorState state = new();
        state.Metadata["format"] = Format;
        state.Metadata["version"] = Version;
        state.Metadata[ArchitectureKey] = Architecture;
        state.Add(SettingsKey, new PreprocessorState([], Settings.Values));
        state.Add("pipeline", Pipeline.State());
        state.Add("model", new PreprocessorState(Model.StateDict(), []));
        Safetensors.Save(path, state.Tensors, state.Metadata);
    }

    /// <summary>What the model gives for rows, in evaluation mode: numbers in the target's own unit, or scores of the classes.</summary>
    /// <param name="rows">Rows with the input columns, as they come from a file; the target may lack.</param>
    /// <param name="batchSize">How many are computed at a time.</param>
    /// <returns>[rows, 1], or [rows, classes].</returns>
    /// <exception cref="TableException">There are no rows, or columns or cells do not fit.</exception>
    /// <exception cref="ShapeException">The model gives another number of outputs than the target needs.</exception>
    public Tensor Predict(Table rows, int batchSize = 1024)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        if (rows.RowCount == 0)
        {
            throw new TableException("TablePredictor.Predict: the table has no rows.");
        }

        Tensor outputs = Prediction.Run(Model, Prediction.Batches(Pipeline.Inputs(rows), batchSize));
        Shape wanted = [rows.RowCount, Settings.Outputs];
        if (outputs.Shape != wanted && !(Settings.Outputs == 1 && outputs.Shape == new Shape([rows.RowCount])))
        {
            throw new ShapeException($"TablePredictor.Predict: the model gives {outputs.Shape} for {rows.RowCount} rows; it should be "
                + $"{wanted}.");
        }

        outputs = outputs.Reshape(wanted);
        return Pipeline.Classes.Count > 0 ? outputs : Pipeline.InverseTargets(outputs.To(DType.Float64));
    }

    /// <summary>The class of each row, of a target of classes.</summary>
    /// <param name="rows">Rows with the input columns, as they come from a file; the target may lack.</param>
    /// <param name="batchSize">How many are computed at a time.</param>
    /// <exception cref="TableException">There are no rows, or columns or cells do not fit.</exception>
    /// <exception cref="InvalidOperationException">The target is a number.</exception>
    public string[] PredictLabels(Table rows, int batchSize = 1024) => Pipeline.Classes.Count > 0
        ? Pipeline.Labels(Predict(rows, batchSize))
        : throw new InvalidOperationException($"PredictLabels: the target '{Pipeline.Target}' is a number; use {nameof(Predict)}.");

    /// <summary>Makes something without drawing from the program's random numbers.</summary>
    private static T Aside<T>(Func<T> make)
    {
        using Generator.DefaultRegion region = new Generator(0).AsDefault();
        return make();
    }

    private static void CheckTypes(OrderedDictionary<string, Tensor> weights, Module model, string architecture)
    {
        foreach ((string name, Tensor own) in model.StateDict())
        {
            if (weights[name].DType != own.DType)
            {
                throw new ArgumentException(
                    $"TablePredictor: {name} is of type {weights[name].DType.Name()}; the architecture '{architecture}' makes it "
                    + $"{own.DType.Name()}.");
            }
        }
    }

    /// <inheritdoc/>
    public override string ToString() => $"TablePredictor({Architecture}, {Settings}, {Pipeline})";
}
