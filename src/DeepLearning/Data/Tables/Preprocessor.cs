using DeepLearning.Serialization;

namespace DeepLearning.Data;

/// <summary>
/// Learns something from training rows (<c>Fit</c>) and changes rows by it (<c>Transform</c>), as in scikit-learn. Fit on the rows that are
/// trained on, and on no other: what is learned from test rows makes the test too good.
/// </summary>
public abstract class Preprocessor
{
    private const string TypeKey = "type";

    private protected Preprocessor()
    {
    }

    /// <summary>Whether it was fitted, or loaded from a state.</summary>
    public abstract bool IsFitted { get; }

    /// <summary>What was learned, in a few words; asked when <see cref="IsFitted"/>.</summary>
    private protected abstract string Learned { get; }

    /// <inheritdoc/>
    public override string ToString() => $"{GetType().Name}({(IsFitted ? Learned : "not fitted")})";

    /// <summary>What was learned, to be saved with the model.</summary>
    /// <exception cref="InvalidOperationException">It is not fitted.</exception>
    public PreprocessorState State()
    {
        RequireFit("State");
        PreprocessorState state = new();
        state.Metadata[TypeKey] = GetType().Name;
        Write(state);
        return state;
    }

    /// <summary>The columns that were fitted, by name where they have one.</summary>
    private protected static string ColumnsOf(IReadOnlyList<string>? names, int count) =>
        $"{count} column{(count == 1 ? "" : "s")}{(names is { Count: > 0 and <= 10 } ? $": {string.Join(", ", names)}" : "")}";

    /// <summary>Takes over what another one of the same type learned.</summary>
    /// <param name="state">What <see cref="State"/> gave.</param>
    /// <exception cref="InvalidDataException">It is a state of something else, or damaged; nothing was changed.</exception>
    public void LoadState(PreprocessorState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        try
        {
            string type = state.Text(TypeKey);
            if (type != GetType().Name)
            {
                throw new InvalidDataException($"it belongs to a {CloseNames.Shorten(type)}");
            }

            Read(state);
        }
        catch (Exception error) when (error is InvalidDataException or TableException)
        {
            throw new InvalidDataException($"The state does not fit a {GetType().Name}: {error.Message}.", error);
        }
    }

    /// <summary>Saves what was learned in a safetensors file of its own; an existing file is replaced only when all is written.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="InvalidOperationException">It is not fitted.</exception>
    public void Save(string path)
    {
        PreprocessorState state = State();
        Safetensors.Save(path, state.Tensors, state.Metadata);
    }

    /// <summary>Takes over what <see cref="Save"/> saved.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="SafetensorsException">The file is damaged.</exception>
    /// <exception cref="InvalidDataException">The file holds something else; nothing was changed.</exception>
    public void Load(string path)
    {
        using SafetensorsFile file = Safetensors.Open(path);
        try
        {
            LoadState(new PreprocessorState(file.ReadAll(), file.Metadata));
        }
        catch (InvalidDataException error)
        {
            throw new InvalidDataException($"{path}: {error.Message}", error);
        }
    }

    private protected abstract void Write(PreprocessorState state);

    /// <summary>Reads everything before it changes anything.</summary>
    private protected abstract void Read(PreprocessorState state);

    private protected void RequireFit(string operation)
    {
        if (!IsFitted)
        {
            throw new InvalidOperationException(
                $"{operation}: this {GetType().Name} is not fitted; call Fit with the training rows first.");
        }
    }
}
