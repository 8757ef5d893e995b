using System.IO.Enumeration;
using System.Text.Json;
using System.Text.Json.Nodes;
using DeepLearning.Formats;
using DeepLearning.Layers;
using DeepLearning.Serialization;
using DeepLearning.Tokenizers;

namespace DeepLearning.Pretrained;

/// <summary>
/// A model that was trained elsewhere, built as its configuration says. <see cref="Load(string, PretrainedOptions?)"/> reads a folder as
/// model hubs lay it out: <c>config.json</c>, <c>model.safetensors</c> (or its parts, or <c>pytorch_model.bin</c>), <c>tokenizer.json</c>,
/// <c>generation_config.json</c>.
/// </summary>
/// <remarks>
/// The keys of the state dictionary are those of the architecture in Hugging Face's transformers, and <see cref="SaveTo"/> writes the same
/// layout again. A loaded model is in evaluation mode; <c>Train()</c> it to fine-tune.
/// </remarks>
public abstract class PretrainedModel : Module<ModelInputs, ModelOutput>
{
    private const string ConfigName = "config.json";
    private const long LongestConfig = 16 << 20;

    // What accompanies a model and is handed on as it is.
    private static readonly string[] _companions =
    [
        "generation_config.json", "tokenizer_config.json", "special_tokens_map.json", "preprocessor_config.json", "vocab.txt", "vocab.json",
        "merges.txt", "tokenizer.model", "spiece.model", "chat_template.jinja",
    ];

    private PartList _parts = new();
    private Dictionary<string, byte[]> _files = [];

    private protected PretrainedModel(ModelContext context, Build build)
    {
        Context = context;
        Build = build;
    }

    /// <summary>The name of the architecture in Hugging Face's transformers, such as <c>BertForMaskedLM</c>.</summary>
    public string Architecture => Context.Architecture;

    /// <summary>The text of <c>config.json</c> as the model has it.</summary>
    public string ConfigJson => Context.Json.ToJsonString(JsonOptions.Indented);

    /// <summary>The tokenizer of the folder, or null where it has no <c>tokenizer.json</c>.</summary>
    public Tokenizer? Tokenizer { get; set; }

    /// <summary>The parameters that the file did not have and that started anew; empty unless a head was asked for that it lacks.</summary>
    public IReadOnlyList<string> StartedAnew { get; private set; } = [];

    /// <summary>The tensors of the file that the architecture has no place for and that were passed over.</summary>
    public IReadOnlyList<string> PassedOver { get; private set; } = [];

    /// <summary>The names of the classes, by number, where the configuration has some.</summary>
    public IReadOnlyDictionary<int, string> Labels => Context.Labels;

    /// <inheritdoc/>
    protected internal override string Kind => Architecture;

    internal ModelContext Context { get; }

    private protected Build Build { get; }

    /// <summary>Reads a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="options">How; as the configuration says when null.</param>
    /// <returns>The model, in evaluation mode.</returns>
    /// <exception cref="ModelFileException">The configuration or a file is damaged, or asks for what is not supported; it is
    /// named.</exception>
    /// <exception cref="SafetensorsException">A file of weights is damaged.</exception>
    /// <exception cref="StateDictException">Tensors are missing, of another shape, or have no place; they are named.</exception>
    /// <exception cref="IOException">A file does not exist or cannot be read.</exception>
    /// <exception cref="TokenizerException">The file of the tokenizer is not supported.</exception>
    public static PretrainedModel Load(string folder, PretrainedOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        options ??= new PretrainedOptions();
        string path = System.IO.Path.Combine(folder, ConfigName);
        string text = ReadText(path);
        using TensorSource source = TensorSource.Open(folder);
        PretrainedModel model = FromSource(text, path, source, options);
        model.ReadCompanions(folder);
        return model;
    }

    /// <summary>Reads a folder whose kind of model is known.</summary>
    /// <typeparam name="TModel">The kind.</typeparam>
    /// <param name="folder">The folder.</param>
    /// <param name="options">How; as the configuration says when null.</param>
    /// <returns>The model, in evaluation mode.</returns>
    /// <exception cref="InvalidCastException">The folder has another kind of model; the message names it.</exception>
    /// <inheritdoc cref="Load(string, PretrainedOptions?)"/>
    public static TModel Load<TModel>(string folder, PretrainedOptions? options = null)
        where TModel : PretrainedModel => Load(folder, options) is var model && model is TModel typed
            ? typed
            : throw new InvalidCastException(
                $"{folder} is a {model.Architecture}, which is a {model.GetType().Name} and no {typeof(TModel).Name}.");

    /// <summary>Makes a model whose parameters start anew, to be trained from nothing or loaded from a state dictionary.</summary>
    /// <param name="configJson">The text of a <c>config.json</c>.</param>
    /// <param name="options">How.</param>
    /// <returns>The model, in training mode.</returns>
    /// <exception cref="ModelFileException">The configuration is damaged, or asks for what is not supported.</exception>
    public static PretrainedModel FromConfig(string configJson, PretrainedOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(configJson);
        return FromSource(configJson, ConfigName, null, options ?? new PretrainedOptions());
    }

    /// <inheritdoc/>
    public abstract override ModelOutput Forward(ModelInputs input);

    /// <summary>
    /// Writes the model as it was read: <c>config.json</c>, <c>model.safetensors</c> (in parts where it is large), the tokenizer and what
    /// else the folder had. Adapters are not written; merge them, or save them by <see cref="Lora"/>.
    /// </summary>
    /// <param name="folder">The folder, which is made if it is not there.</param>
    /// <param name="shardBytes">How large a file may become.</param>
    /// <exception cref="InvalidOperationException">Weights are quantized, or laid out as GGUF has them.</exception>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public void SaveTo(string folder, long shardBytes = ShardedSafetensors.DefaultShardBytes)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        if (Modules().FirstOrDefault(static module =>
            module is Projection { Quantized: not null } or Table { Quantized: not null }) is { } module)
        {
            throw new InvalidOperationException($"{module.Label}: its weight is quantized, for which this layout has no place.");
        }

        if (Context.IsGguf)
        {
            throw new InvalidOperationException(
                "SaveTo: the model was read from GGUF, which orders the rows of queries and keys otherwise.");
        }

        Directory.CreateDirectory(folder);
        ShardedSafetensors.Save(folder, OwnTensors(), shardBytes, new Dictionary<string, string> { ["format"] = "pt" });
        JsonObject json = Context.Json.DeepClone().AsObject();
        json["architectures"] = new JsonArray(Architecture);
        AtomicFile.Write(System.IO.Path.Combine(folder, ConfigName), stream =>
        {
            using Utf8JsonWriter writer = new(stream, new JsonWriterOptions { Indented = true });
            json.WriteTo(writer);
        });
        foreach ((string name, byte[] bytes) in _files)
        {
            AtomicFile.Write(System.IO.Path.Combine(folder, name), stream => stream.Write(bytes));
        }

        Tokenizer?.Save(System.IO.Path.Combine(folder, "tokenizer.json"));
    }

    /// <summary>
    /// Quantizes the weights of linear maps, for inference: a fourth of the memory of float32, or an eighth. Norms and convolutions stay,
    /// and so do tables of tokens, which <see cref="QuantizeTables"/> quantizes.
    /// </summary>
    /// <param name="kind">How.</param>
    /// <param name="patterns">The paths of the maps, such as <c>*.mlp.*</c>; all when none is given.</param>
    /// <returns>How many maps were quantized.</returns>
    /// <exception cref="ArgumentException">A pattern matches nothing, or a map's rows do not fit the blocks.</exception>
    public int Quantize(QuantizationKind kind, params IReadOnlyList<string> patterns)
    {
        ArgumentNullException.ThrowIfNull(patterns);
        (string Name, Projection Map)[] maps = [.. Matching(this, patterns, nameof(Quantize))];
        foreach ((string name, Projection map) in maps)
        {
            if (QuantizedMatrix.WhyNot(map.InFeatures, kind) is { } reason)
            {
                throw new ArgumentException($"Quantize: {name}: {reason}", nameof(kind));
            }
        }

        foreach ((_, Projection map) in maps)
        {
            map.Quantize(kind);
        }

        return maps.Length;
    }

    /// <summary>
    /// Quantizes the tables of tokens, positions and the like, of which small models are mostly made; their rows are decoded as they are
    /// asked for. An output layer that shares a table's weight computes from its quantized form, as <see cref="Quantize"/> would have it.
    /// </summary>
    /// <param name="kind">How.</param>
    /// <returns>How many tables were quantized; those that were before are not counted.</returns>
    /// <exception cref="ArgumentException">
    /// A table's rows do not fit the blocks, or a number is not finite; nothing was changed.
    /// </exception>
    public int QuantizeTables(QuantizationKind kind)
    {
        (string Name, Table Table)[] tables =
            [.. NamedModules().Where(static m => m.Module is Table { Weight: not null }).Select(static m => (m.Name, (Table)m.Module))];
        foreach ((string name, Table table) in tables)
        {
            if (QuantizedMatrix.WhyNot(table.Weight!.Size(1), kind) is { } reason)
            {
                throw new ArgumentException($"QuantizeTables: {name}: {reason}", nameof(kind));
            }
        }

        Module[] modules = [.. NamedModules().Select(static m => m.Module)];
        QuantizedMatrix[] matrices = Array.ConvertAll(tables, entry => QuantizedMatrix.Of(entry.Table.Weight!, kind));
        for (int i = 0; i < tables.Length; i++)
        {
            Table table = tables[i].Table;
            Parameter weight = table.Weight!;
            table.Take(matrices[i]);
            foreach (Module module in modules)
            {
                if (module is Projection map && ReferenceEquals(map.Weight, weight))
                {
                    map.Take(matrices[i]);
                }
                else if (module is Part part)
                {
                    part.Take(weight, matrices[i]);
                }
            }
        }

        return tables.Length;
    }

    /// <summary>The memory that the weights take, quantized ones too, in bytes; what two layers share counts once.</summary>
    public long WeightBytes => Parameters().Distinct().Sum(static p => p.Count * p.DType.Size())
        + NamedModules().Select(static m => (m.Module as Projection)?.Quantized ?? (m.Module as Table)?.Quantized).OfType<QuantizedMatrix>()
            .Distinct().Sum(static matrix => matrix.ByteLength);

    /// <summary>The linear maps whose paths match.</summary>
    internal static IEnumerable<(string Name, Projection Map)> Matching(Module model, IReadOnlyList<string> patterns, string what)
    {
        (string Name, Projection Map)[] all =
            [.. model.NamedModules().Where(static m => m.Module is Projection).Select(static m => (m.Name, (Projection)m.Module))];
        foreach (string pattern in patterns)
        {
            if (!all.Any(entry => Fits(pattern, entry.Name)))
            {
                throw new ArgumentException($"{what}: no linear map's path matches \"{pattern}\"; there are, for example, "
                    + $"{string.Join(", ", all.Take(8).Select(static entry => entry.Name))}.", nameof(patterns));
            }
        }

        return patterns.Count == 0 ? all : all.Where(entry => patterns.Any(pattern => Fits(pattern, entry.Name)));

        static bool Fits(string pattern, string name) => FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: false);
    }

    /// <summary>Adds a part; an empty name adds none to those of its own parts.</summary>
    private protected T Add<T>(string name, Func<Build, T> make)
        where T : Module
    {
        T part = make(Build.At(name));
        _parts.Add(name, part);
        return part;
    }

    private protected Projection Tied(string name, Table table, int inFeatures, int outFeatures)
    {
        Build.At(name).Same("weight");
        Projection map = new(table.Weight, table.Quantized, null, inFeatures, outFeatures);
        _parts.Add(name, map);
        return map;
    }

    private protected Projection Linear(string name, int inFeatures, int outFeatures, bool bias = true) =>
        Add(name, build => new Projection(build, inFeatures, outFeatures, bias));

    private protected Parameter Parameter(string name, Shape shape, Start start = Start.Normal)
    {
        Parameter parameter = Build.Parameter(name, shape, start);
        _parts.Add(name, parameter);
        return parameter;
    }

    private protected override void Collect(List<ModuleMember> members) => members.AddRange(_parts.Members);

    private protected override void DetachCopy(ModuleCopy copy)
    {
        base.DetachCopy(copy);
        _parts = _parts.CopyOf(copy);
    }

    /// <summary>The exception for an input that the model needs and did not get.</summary>
    private protected ArgumentException Needs(string what) => new($"{Label}: there are no {what}; set {what} of the inputs.");

    internal static PretrainedModel FromSource(string text, string path, TensorSource? source, PretrainedOptions options)
    {
        ModelContext context = ModelContext.Read(text, path, options);
        ModelPlan plan = ModelPlan.Of(context);
        context.Config.Finish(options.IgnoredConfigKeys);
        return Make(plan, context, source, options);
    }

    internal static PretrainedModel Make(ModelPlan plan, ModelContext context, TensorSource? source, PretrainedOptions options)
    {
        using TensorScope scope = new();
        bool hasNewHead = context.HasOwnHead;
        BuildState state = new(
            source, plan.BasePrefix, options.DType ?? DType.Float32, plan.Std,
            name => hasNewHead
                && (name.Contains("pooler", StringComparison.Ordinal) || !name.StartsWith(plan.BasePrefix, StringComparison.Ordinal)),
            options.Generator);
        PretrainedModel model = plan.Make(new Build(state));
        state.Finish();
        List<string> passed = [];
        List<string> unknown = [];
        foreach (string name in state.Unused)
        {
            bool isHead = hasNewHead && !name.StartsWith(plan.BasePrefix, StringComparison.Ordinal);
            bool isKnown = plan.PassedOver.Concat(options.IgnoredTensors)
                .Any(pattern => FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: false));
            (isHead || isKnown ? passed : unknown).Add(name);
        }

        if (unknown.Count > 0)
        {
            throw new StateDictException($"{source!.Name}: {context.Architecture} has no place for "
                + $"{string.Join(", ", unknown.Take(20))}{(unknown.Count > 20 ? $" and {unknown.Count - 20} more" : "")}. "
                + "Name what does not matter in PretrainedOptions.IgnoredTensors.");
        }

        (model.StartedAnew, model.PassedOver) = ([.. state.Started], passed);
        return source is null ? model : model.Eval();
    }

    internal static string ReadText(string path)
    {
        FileInfo file = new(path);
        if (!file.Exists)
        {
            throw new FileNotFoundException($"{path}: there is no such file; a folder of a model has one.", path);
        }

        return file.Length <= LongestConfig ? File.ReadAllText(path)
            : throw new ModelFileException(path, null, null,
                $"{file.Length} bytes are too many for a configuration; {LongestConfig} are the most.");
    }

    /// <summary>Each parameter once, under its first name, and the buffers; without adapters.</summary>
    private OrderedDictionary<string, Tensor> OwnTensors()
    {
        OrderedDictionary<string, Tensor> tensors = [];
        foreach ((string name, Parameter parameter) in NamedParameters())
        {
            if (!name.EndsWith("lora_A.weight", StringComparison.Ordinal) && !name.EndsWith("lora_B.weight", StringComparison.Ordinal))
            {
                tensors.Add(name, parameter.Detach());
            }
        }

        foreach ((string name, Tensor buffer) in NamedBuffers())
        {
            tensors.Add(name, buffer);
        }

        return tensors;
    }

    private void ReadCompanions(string folder)
    {
        foreach (string name in _companions)
        {
            FileInfo file = new(System.IO.Path.Combine(folder, name));
            if (file.Exists && file.Length <= LongestConfig)
            {
                _files[name] = File.ReadAllBytes(file.FullName);
            }
        }

        string tokenizer = System.IO.Path.Combine(folder, "tokenizer.json");
        if (File.Exists(tokenizer))
        {
            Tokenizer = Tokenizer.FromFile(tokenizer);
        }
    }

    /// <summary>A file that came with the model, or null.</summary>
    internal string? Companion(string name) => _files.TryGetValue(name, out byte[]? bytes) ? System.Text.Encoding.UTF8.GetString(bytes)
        : null;
}
