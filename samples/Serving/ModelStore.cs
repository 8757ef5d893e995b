namespace DeepLearning.Samples.Serving;

/// <summary>The model that answers now. Another takes its place while requests go on; those under way end with the old one.</summary>
internal sealed class ModelStore(string file)
{
    private readonly Lock _swapping = new();
    private volatile ServedModel _current = new(file, 1);

    public ServedModel Current => _current;

    /// <summary>Reads a file, tries it, and lets it answer from now on.</summary>
    /// <exception cref="InvalidDataException">It is not a model for the same columns; nothing has changed.</exception>
    /// <exception cref="IOException">It cannot be read; nothing has changed.</exception>
    public ServedModel Swap(string path)
    {
        lock (_swapping)
        {
            ServedModel next = new(path, _current.Version + 1);
            if (!next.Columns.SequenceEqual(_current.Columns))
            {
                throw new InvalidDataException(
                    $"the model is for the columns {string.Join(", ", next.Columns)}, "
                    + $"those served are {string.Join(", ", _current.Columns)}.");
            }

            return _current = next;
        }
    }
}
