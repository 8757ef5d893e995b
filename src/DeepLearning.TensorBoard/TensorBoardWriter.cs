using DeepLearning.Layers;
using DeepLearning.Reporting;

namespace DeepLearning.TensorBoard;

/// <summary>
/// Writes what TensorBoard shows into an event file: scalars, histograms, images, texts, graphs, hyperparameters; PyTorch's
/// <c>SummaryWriter</c>. A folder is a run; TensorBoard compares the runs below the folder that it is given.
/// <code>
/// using TensorBoardWriter writer = new("runs/first");
/// writer.AddGraph(model, images);
/// writer.AddScalar("loss", loss, step);
/// writer.AddHistogram("weights", layer.Weight, step);
/// // tensorboard --logdir runs
/// </code>
/// All methods may be called from several threads at once. What was written before a crash, and flushed, can be read.
/// </summary>
public sealed class TensorBoardWriter : IDisposable
{
    private readonly TensorBoardOptions _options;
    private readonly EventWriter _events;
    private readonly Dictionary<string, EventWriter> _series = [];

    /// <summary>Begins an event file.</summary>
    /// <param name="directory">The run's folder; made if it is not there.</param>
    /// <param name="options">How to write; the defaults if null.</param>
    /// <exception cref="IOException">The folder or file cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written to.</exception>
    public TensorBoardWriter(string directory, TensorBoardOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(directory);
        _options = options ?? new TensorBoardOptions();
        Directory = Path.GetFullPath(directory);
        _events = new EventWriter(Directory, _options);
    }

    /// <summary>The run's folder.</summary>
    public string Directory { get; }

    /// <summary>The event file.</summary>
    public string FilePath => _events.Path;

    /// <inheritdoc/>
    public override string ToString() => $"TensorBoardWriter({FilePath})";

    /// <summary>Adds a value of a curve.</summary>
    /// <param name="tag">The curve; those with the same part before a slash are shown together.</param>
    /// <param name="value">The value; TensorBoard keeps it as float32. NaN and infinite values are marked there.</param>
    /// <param name="step">The epoch or batch.</param>
    public void AddScalar(string tag, double value, long step) => Add(step, Summaries.Scalar(Checked(tag), value));

    /// <summary>
    /// Adds values of several curves to be shown in one chart. Each curve becomes a run of its own, in a folder <c>tag_name</c> inside this
    /// run's.
    /// </summary>
    /// <param name="tag">The chart.</param>
    /// <param name="values">The curves' names and values.</param>
    /// <param name="step">The epoch or batch.</param>
    public void AddScalars(string tag, IReadOnlyDictionary<string, double> values, long step)
    {
        ArgumentNullException.ThrowIfNull(values);
        foreach ((string name, double value) in values)
        {
            Message summary = new Message().Inner(Fields.Summary.Value, Summaries.Scalar(Checked(tag), value));
            Series(FolderName($"{tag}_{name}")).Write(step, Fields.Event.Summary, summary);
        }
    }

    /// <summary>Adds a histogram of a tensor's elements; those that are not finite are left out.</summary>
    /// <param name="tag">The series of histograms.</param>
    /// <param name="values">The values.</param>
    /// <param name="step">The epoch or batch.</param>
    public void AddHistogram(string tag, Tensor values, long step)
    {
        ArgumentNullException.ThrowIfNull(values);
        using TensorScope scope = new();
        AddHistogram(tag, values.Detach().To(DType.Float64).ToArray<double>(), step);
    }

    /// <summary>Adds a histogram; values that are not finite are left out.</summary>
    /// <param name="tag">The series of histograms.</param>
    /// <param name="values">The values.</param>
    /// <param name="step">The epoch or batch.</param>
    public void AddHistogram(string tag, ReadOnlySpan<double> values, long step) =>
        Add(step, Summaries.Histogram(Checked(tag), values));

    /// <summary>Adds an image.</summary>
    /// <param name="tag">The series of images.</param>
    /// <param name="image">[height, width] or [channels, height, width], as for <see cref="Png.Encode(Tensor)"/>.</param>
    /// <param name="step">The epoch or batch.</param>
    /// <exception cref="ShapeException">The tensor is not an image.</exception>
    /// <exception cref="DTypeException">The elements are other integers than bytes.</exception>
    public void AddImage(string tag, Tensor image, long step) => Add(step, Summaries.Image(Checked(tag), image));

    /// <summary>Adds a batch of images as one image, 8 per row (<see cref="ImageGrid.Make"/>).</summary>
    /// <param name="tag">The series of images.</param>
    /// <param name="images">[count, height, width] or [count, channels, height, width].</param>
    /// <param name="step">The epoch or batch.</param>
    /// <exception cref="ShapeException">The tensor is not a batch of images.</exception>
    /// <exception cref="DTypeException">The elements are other integers than bytes.</exception>
    public void AddImages(string tag, Tensor images, long step) => AddImage(tag, ImageGrid.Make(images), step);

    /// <summary>Adds a text.</summary>
    /// <param name="tag">The series of texts.</param>
    /// <param name="text">The text; TensorBoard reads it as Markdown.</param>
    /// <param name="step">The epoch or batch.</param>
    public void AddText(string tag, string text, long step)
    {
        ArgumentNullException.ThrowIfNull(text);
        Add(step, Summaries.Text(Checked(tag), text));
    }

    /// <summary>Adds the graph of a model's operations; runs it once, in evaluation mode.</summary>
    /// <param name="model">The model.</param>
    /// <param name="input">An input of the kind that it takes.</param>
    public void AddGraph(Module<Tensor, Tensor> model, Tensor input) =>
        _events.Write(0, Fields.Event.GraphDef, GraphEncoder.Encode(ModuleGraph.Of(model, input)));

    /// <summary>Tells what the run was set up with and what it gave, for TensorBoard's comparison of runs.</summary>
    /// <param name="values">Names and values: numbers, texts or truth values.</param>
    /// <param name="metrics">The results by name; they are added as scalars too.</param>
    /// <exception cref="ArgumentException">A value is of another kind; nothing was written.</exception>
    public void AddHyperparameters(IReadOnlyDictionary<string, object> values, IReadOnlyDictionary<string, double> metrics)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentNullException.ThrowIfNull(metrics);
        foreach (string name in metrics.Keys)
        {
            Checked(name);
        }

        _events.Write(0, Fields.Event.Summary, HyperparameterEncoder.Encode(values, metrics.Keys, _events.Now));
        foreach ((string name, double value) in metrics)
        {
            AddScalar(name, value, 0);
        }
    }

    /// <summary>
    /// Writes to the file what is still in memory; it happens by itself in the <see cref="TensorBoardOptions.FlushInterval"/>.
    /// </summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Flush()
    {
        _events.Flush();
        foreach (EventWriter series in AllSeries())
        {
            series.Flush();
        }
    }

    /// <summary>Writes what is left and closes the file.</summary>
    public void Dispose()
    {
        _events.Dispose();
        foreach (EventWriter series in AllSeries())
        {
            series.Dispose();
        }
    }

    private static string Checked(string tag)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(tag);
        return tag;
    }

    /// <summary>A name as a folder inside the run's, wherever it would lead otherwise.</summary>
    private static string FolderName(string name)
    {
        char[] folder = [.. name.Select(static c => char.IsLetterOrDigit(c) || c is '-' or '_' or ' ' or '=' or ',' or '.' ? c : '_')];
        string safe = new(folder);
        return safe.Trim(' ', '.').Length == 0 ? "_" : safe.Trim(' ', '.');
    }

    private void Add(long step, Message value) =>
        _events.Write(step, Fields.Event.Summary, new Message().Inner(Fields.Summary.Value, value));

    private EventWriter Series(string folder)
    {
        lock (_series)
        {
            if (!_series.TryGetValue(folder, out EventWriter? writer))
            {
                // Throws when this writer is closed.
                _events.Flush();
                writer = new EventWriter(Path.Combine(Directory, folder), _options);
                _series[folder] = writer;
            }

            return writer;
        }
    }

    private EventWriter[] AllSeries()
    {
        lock (_series)
        {
            return [.. _series.Values];
        }
    }
}
