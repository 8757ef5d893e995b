using DeepLearning.Layers;

namespace DeepLearning.Pretrained;

/// <summary>How the elements of a parameter start where no file has them.</summary>
internal enum Start
{
    /// <summary>Normal, with the model's deviation.</summary>
    Normal,

    /// <summary>All 0.</summary>
    Zeros,

    /// <summary>All 1.</summary>
    Ones,
}

/// <summary>
/// Where the parts of a model get their parameters from while it is built: each is looked up in the file under the very name that it will
/// have in the state dictionary, and its shape is compared before memory is taken, so that a configuration cannot ask for more than the
/// file has.
/// </summary>
internal sealed class Build
{
    private readonly BuildState _state;
    private readonly string _prefix;

    public Build(BuildState state)
        : this(state, "")
    {
    }

    private Build(BuildState state, string prefix) => (_state, _prefix) = (state, prefix);

    /// <summary>The source of starting values and of dropout.</summary>
    public Generator? Generator => _state.Generator;

    /// <summary>Whether there is a file, and not all starts anew.</summary>
    public bool HasFile => _state.HasFile;

    /// <summary>The same, for a part.</summary>
    public Build At(string name) => name.Length == 0 ? this : new Build(_state, _prefix + name + ".");

    /// <summary>Whether the file has a tensor of that name.</summary>
    public bool Has(string name) => _state.Find(_prefix + name) is not null;

    /// <summary>A parameter of the file, or one that starts anew.</summary>
    public Parameter Parameter(string name, Shape shape, Start start = Start.Normal) => _state.Parameter(_prefix + name, shape, start);

    /// <summary>A buffer of the file, or one that starts anew.</summary>
    public Tensor Buffer(string name, Shape shape, Start start, DType? dtype = null) => _state.Value(_prefix + name, shape, start, dtype);

    /// <summary>A matrix whose blocks are computed on as the file has them, where it has it quantized.</summary>
    public QuantizedMatrix? Quantized(string name, int rows, int columns) => _state.Quantized(_prefix + name, rows, columns);

    /// <summary>Notes a name of the file that stands for what another parameter is.</summary>
    public void Same(string name) => _state.Use(_prefix + name);
}

/// <summary>What is shared by all parts of a model that is being built.</summary>
internal sealed class BuildState
{
    private const int MostProblems = 20;

    private readonly TensorSource? _source;
    private readonly HashSet<string> _used = [];
    private readonly List<string> _problems = [];
    private readonly List<string> _started = [];
    private readonly string _basePrefix;
    private readonly DType _dtype;
    private readonly double _std;
    private readonly Func<string, bool> _mayStart;

    /// <param name="source">The file; null where all starts anew.</param>
    /// <param name="basePrefix">What stands before the names of the body in a model with a head, as in <c>bert.</c>.</param>
    /// <param name="dtype">The type of the parameters.</param>
    /// <param name="std">The deviation with which weights start.</param>
    /// <param name="mayStart">Whether a parameter that the file lacks may start anew.</param>
    /// <param name="generator">The source of starting values.</param>
    public BuildState(
        TensorSource? source, string basePrefix, DType dtype, double std, Func<string, bool> mayStart, Generator? generator)
    {
        (_source, _basePrefix, _dtype, _std, _mayStart, Generator) = (source, basePrefix, dtype, std, mayStart, generator);
    }

    public Generator? Generator { get; }

    /// <summary>Whether there is a file.</summary>
    public bool HasFile => _source is not null;

    /// <summary>The parameters that the file lacks and that started anew.</summary>
    public IReadOnlyList<string> Started => _started;

    /// <summary>The names of the file that nothing asked for.</summary>
    public IReadOnlyList<string> Unused => _source is null ? [] : [.. _source.Names.Where(name => !_used.Contains(name))];

    /// <summary>The file's name of a parameter: its own, or as a model with or without a head has it, or as old files write it.</summary>
    public string? Find(string name)
    {
        if (_source is null)
        {
            return null;
        }

        string other = _basePrefix.Length == 0 ? name
            : name.StartsWith(_basePrefix, StringComparison.Ordinal) ? name[_basePrefix.Length..] : _basePrefix + name;
        foreach (string candidate in (string[])[name, other, Old(name), Old(other)])
        {
            if (_source.TryShape(candidate, out _))
            {
                return candidate;
            }
        }

        return null;
    }

    public void Use(string name)
    {
        if (Find(name) is { } found)
        {
            _used.Add(found);
        }
    }

    public Parameter Parameter(string name, Shape shape, Start start)
    {
        Tensor value = Value(name, shape, start, null);
        return new Parameter(value);
    }

    public Tensor Value(string name, Shape shape, Start start, DType? dtype)
    {
        if (_source is null)
        {
            return Anew(shape, start, dtype ?? _dtype);
        }

        if (Find(name) is not { } found)
        {
            if (_mayStart(name))
            {
                _started.Add(name);
                return Anew(shape, start, dtype ?? _dtype);
            }

            return Problem($"{name} {shape} is missing");
        }

        _used.Add(found);
        _source.TryShape(found, out Shape given);
        if (given != shape)
        {
            if (_mayStart(name))
            {
                _started.Add(name);
                return Anew(shape, start, dtype ?? _dtype);
            }

            return Problem($"{found} is {given} in the file, and the configuration asks for {shape}");
        }

        Tensor tensor = _source.Read(found);
        DType target = dtype ?? _dtype;
        return tensor.DType == target ? tensor.Contiguous() : tensor.To(target);
    }

    public QuantizedMatrix? Quantized(string name, int rows, int columns)
    {
        if (_source is null || Find(name) is not { } found || !_source.TryBlocks(found, out QuantizedMatrix? matrix))
        {
            return null;
        }

        _used.Add(found);
        if (matrix.Rows != rows || matrix.Columns != columns)
        {
            Problem($"{found} is [{matrix.Rows}, {matrix.Columns}] in the file, and the configuration asks for [{rows}, {columns}]");
        }

        return matrix;
    }

    /// <exception cref="StateDictException">Tensors were missing or of another shape; all are named, up to a number.</exception>
    public void Finish()
    {
        if (_problems.Count > 0)
        {
            throw Problems("");
        }
    }

    private Tensor Anew(Shape shape, Start start, DType dtype) => start switch
    {
        Start.Zeros => Tensor.Zeros(shape, dtype),
        Start.Ones => Tensor.Ones(shape, dtype),
        _ => Tensor.Normal(0, _std, shape, dtype, Generator),
    };

    private Tensor Problem(string problem)
    {
        _problems.Add(problem);
        return _problems.Count < MostProblems ? Tensor.Zeros([0], _dtype) : throw Problems(" (and perhaps more)");
    }

    private StateDictException Problems(string more) =>
        new($"{_source!.Name} does not fit its configuration: {string.Join("; ", _problems)}{more}.");

    private static string Old(string name) => name.EndsWith("LayerNorm.weight", StringComparison.Ordinal) ? name[..^6] + "gamma"
        : name.EndsWith("LayerNorm.bias", StringComparison.Ordinal) ? name[..^4] + "beta"
        : name;
}
