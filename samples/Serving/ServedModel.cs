using DeepLearning.Data;
using DeepLearning.Training;

namespace DeepLearning.Samples.Serving;

/// <summary>A model that answers, and which one it is.</summary>
internal sealed class ServedModel
{
    private readonly TablePredictor _predictor;

    /// <exception cref="InvalidDataException">The file is not that of a model for such rows, or it does not give numbers.</exception>
    public ServedModel(string file, int version)
    {
        _predictor = TablePredictor.Load(file);
        Version = version;
        Columns = [.. _predictor.Pipeline.InputNames];
        Fingerprint = _predictor.Model.Fingerprint();
        // What does not answer one row would not answer the next.
        if (!double.IsFinite(Predict([new double[Columns.Length]])[0]))
        {
            throw new InvalidDataException($"{Path.GetFileName(file)}: the model gives no number for a row of zeros.");
        }
    }

    public int Version { get; }

    public string Fingerprint { get; }

    /// <summary>The columns of a row, in order.</summary>
    public string[] Columns { get; }

    /// <summary>A number for each row; a column that a row lacks is NaN, and gets what it mostly is.</summary>
    public double[] Predict(IReadOnlyList<double[]> rows)
    {
        // Memory of the batch comes back at once, not when the collector finds it.
        using TensorScope scope = new();
        Table table = new(Columns.Select((name, column) => new NumberColumn(name, [.. rows.Select(row => row[column])])));
        return _predictor.Predict(table).ToArray<double>();
    }
}
