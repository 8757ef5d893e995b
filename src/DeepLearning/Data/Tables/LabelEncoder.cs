using System.Globalization;

namespace DeepLearning.Data;

/// <summary>
/// Class labels, texts or numbers, as class indices 0 … n − 1 in int64 and back; classes are sorted, as by scikit-learn's
/// <c>LabelEncoder</c>: numbers by value, texts by their code units. For targets; inputs want <see cref="OneHotEncoder"/>.
/// </summary>
public sealed class LabelEncoder : Preprocessor
{
    private Categories? _classes;
    private bool _areNumbers;

    /// <inheritdoc/>
    public override bool IsFitted => _classes is not null;

    private protected override string Learned =>
        $"{Classes.Count} classes{(Classes.Count <= 10 ? $": {string.Join(", ", Classes)}" : "")}";

    /// <summary>The classes in the order of their indices; numbers as texts.</summary>
    /// <exception cref="InvalidOperationException">Not fitted.</exception>
    public IReadOnlyList<string> Classes
    {
        get
        {
            RequireFit(nameof(Classes));
            return _classes!.Labels;
        }
    }

    /// <summary>Learns the classes.</summary>
    /// <param name="labels">The labels of the training rows.</param>
    /// <returns>This encoder.</returns>
    /// <exception cref="TableException">There is no label, or one is null; nothing was changed.</exception>
    public LabelEncoder Fit(IEnumerable<string> labels) => Fit(labels, false);

    /// <summary>Learns the classes.</summary>
    /// <param name="labels">The labels of the training rows.</param>
    /// <returns>This encoder.</returns>
    /// <exception cref="TableException">There is no label; nothing was changed.</exception>
    public LabelEncoder Fit(IEnumerable<int> labels) => Fit(Texts(labels), true);

    /// <summary>Learns the classes.</summary>
    /// <param name="labels">The labels of the training rows, texts or numbers.</param>
    /// <returns>This encoder.</returns>
    /// <exception cref="TableException">There is no label, or one is missing; nothing was changed.</exception>
    public LabelEncoder Fit(Column labels) => Fit(Texts(labels), labels.Kind == ColumnKind.Number);

    /// <summary>The indices of labels.</summary>
    /// <param name="labels">The labels.</param>
    /// <returns>[labels] in int64.</returns>
    /// <exception cref="TableException">A label is none of the classes; the message names it and them.</exception>
    /// <exception cref="InvalidOperationException">Not fitted.</exception>
    public Tensor Transform(IEnumerable<string> labels) => Encode(labels);

    /// <inheritdoc cref="Transform(IEnumerable{string})"/>
    public Tensor Transform(IEnumerable<int> labels) => Encode(Texts(labels));

    /// <inheritdoc cref="Transform(IEnumerable{string})"/>
    public Tensor Transform(Column labels) => Encode(Texts(labels));

    /// <summary>Learns the classes and gives the indices.</summary>
    /// <param name="labels">The labels of the training rows.</param>
    /// <exception cref="TableException">There is no label, or one is null; nothing was changed.</exception>
    public Tensor FitTransform(IEnumerable<string> labels)
    {
        string[] all = [.. labels];
        return Fit(all).Transform(all);
    }

    /// <summary>The labels of indices.</summary>
    /// <param name="indices">Class indices of any shape, in an integer type.</param>
    /// <returns>A label an index, in order.</returns>
    /// <exception cref="IndexException">An index is not a class.</exception>
    /// <exception cref="DTypeException">The tensor is not of an integer type.</exception>
    /// <exception cref="InvalidOperationException">Not fitted.</exception>
    public string[] InverseTransform(Tensor indices)
    {
        ArgumentNullException.ThrowIfNull(indices);
        RequireFit(nameof(InverseTransform));
        if (!indices.DType.IsInteger())
        {
            throw new DTypeException(
                $"LabelEncoder.InverseTransform: class indices are integers, not {indices.DType.Name()}; scores become indices by ArgMax.");
        }

        return Array.ConvertAll(indices.To(DType.Int64).ToArray<long>(), index =>
            (ulong)index < (ulong)_classes!.Count
                ? _classes[(int)index]!
                : throw new IndexException($"LabelEncoder.InverseTransform: {index} is not an index of {_classes.Count} classes."));
    }

    private protected override void Write(PreprocessorState state)
    {
        state.SetTexts("classes", Classes);
        state.Metadata["numbers"] = _areNumbers ? "true" : "false";
    }

    private protected override void Read(PreprocessorState state)
    {
        bool areNumbers = state.Flag("numbers");
        _classes = new Categories(state.Texts("classes"), hasMissing: false);
        _areNumbers = areNumbers;
    }

    private static IEnumerable<string> Texts(IEnumerable<int> labels) =>
        labels?.Select(static label => label.ToString(CultureInfo.InvariantCulture)) ?? throw new ArgumentNullException(nameof(labels));

    private static IEnumerable<string?> Texts(Column labels)
    {
        ArgumentNullException.ThrowIfNull(labels);
        return Enumerable.Range(0, labels.Count).Select(row => Categories.LabelOf(labels, row));
    }

    private LabelEncoder Fit(IEnumerable<string?> labels, bool areNumbers)
    {
        ArgumentNullException.ThrowIfNull(labels);
        Categories classes = Categories.Of(labels, areNumbers);
        if (classes.HasMissing || classes.Count == 0)
        {
            throw new TableException(
                classes.HasMissing
                    ? "LabelEncoder.Fit: a label is missing; leave its row out (Table.DropMissing)."
                    : "LabelEncoder.Fit: there are no labels.");
        }

        (_classes, _areNumbers) = (classes, areNumbers);
        return this;
    }

    private Tensor Encode(IEnumerable<string?> labels)
    {
        ArgumentNullException.ThrowIfNull(labels);
        RequireFit(nameof(Transform));
        List<long> indices = [];
        foreach (string? label in labels)
        {
            int index = _classes!.IndexOf(label);
            indices.Add(index >= 0 ? index : throw Unknown(label, indices.Count));
        }

        return Tensor.From(indices.ToArray(), indices.Count);
    }

    private TableException Unknown(string? label, int row) => new(
        "LabelEncoder.Transform: "
        + (label is null
            ? $"the label in row {row} is missing; leave its row out (Table.DropMissing)."
            : $"label '{CloseNames.Shorten(label)}' in row {row} is none of the {Classes.Count} classes of the fit. "
                + CloseNames.Explain(label, Classes)));
}
