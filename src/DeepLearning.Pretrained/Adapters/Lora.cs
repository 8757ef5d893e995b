using System.IO.Enumeration;
using System.Text.Json;
using System.Text.Json.Nodes;
using DeepLearning.Formats;
using DeepLearning.Initializers;
using DeepLearning.Layers;
using DeepLearning.Serialization;

namespace DeepLearning.Pretrained;

/// <summary>
/// Low-rank adapters beside the linear maps of a model (Hu et al. 2022, "LoRA: low-rank adaptation of large language models"), in the
/// layout of Hugging Face's PEFT: <c>adapter_config.json</c> and <c>adapter_model.safetensors</c>.
/// </summary>
public static class Lora
{
    private const string ConfigName = "adapter_config.json";
    private const string WeightsName = "adapter_model.safetensors";
    private const string PickleName = "adapter_model.bin";
    private const string Prefix = "base_model.model.";

    /// <summary>
    /// Freezes a model and puts adapters beside its maps. They change nothing at first: B starts at 0. An optimizer made afterwards trains
    /// what is left: <c>model.Parameters().Where(p =&gt; p.RequiresGrad)</c>.
    /// </summary>
    /// <typeparam name="TModel">The kind of model.</typeparam>
    /// <param name="model">The model; its weights may be quantized (Dettmers et al. 2023, "QLoRA").</param>
    /// <param name="options">Which maps, and how.</param>
    /// <returns>The model.</returns>
    /// <exception cref="ArgumentException">A name fits no linear map, or a map has an adapter already; nothing is changed then.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number of the options is out of range.</exception>
    public static TModel AddLora<TModel>(this TModel model, LoraOptions options)
        where TModel : PretrainedModel
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        List<(string Name, Projection Map)> maps = Targets(model, options);
        List<Module> whole = Whole(model, options.ModulesToSave);
        using GradMode.Region none = GradMode.NoGrad();
        foreach ((_, Projection map) in maps)
        {
            DType dtype = map.Weight?.DType ?? DType.Float32;
            Tensor a = Initialize.KaimingUniform(
                Tensor.Empty([options.Rank, map.InFeatures], dtype), Math.Sqrt(5), generator: options.Generator);
            LoraMatrix first = new(a), second = new(Tensor.Zeros([map.OutFeatures, options.Rank], dtype));
            Adapt(model, map, first, second, options);
        }

        foreach (Parameter parameter in model.Parameters())
        {
            parameter.RequiresGrad = false;
        }

        foreach (Parameter parameter in maps.SelectMany(static entry => (Parameter[])[entry.Map.LoraA!.Weight, entry.Map.LoraB!.Weight])
            .Concat(whole.SelectMany(static module => module.Parameters())))
        {
            parameter.RequiresGrad = true;
        }

        return model;
    }

    /// <summary>Adds each adapter to its map's weight, so that it costs nothing more; does nothing where it is there.</summary>
    /// <typeparam name="TModel">The kind of model.</typeparam>
    /// <param name="model">The model.</param>
    /// <returns>The model.</returns>
    /// <exception cref="InvalidOperationException">The model has no adapters, or weights are quantized; nothing is changed
    /// then.</exception>
    public static TModel MergeLora<TModel>(this TModel model)
        where TModel : PretrainedModel => Move(model, true);

    /// <summary>Takes the adapters out of the weights again, up to rounding; does nothing where they are not there.</summary>
    /// <typeparam name="TModel">The kind of model.</typeparam>
    /// <param name="model">The model.</param>
    /// <returns>The model.</returns>
    /// <exception cref="InvalidOperationException">The model has no adapters.</exception>
    public static TModel UnmergeLora<TModel>(this TModel model)
        where TModel : PretrainedModel => Move(model, false);

    /// <summary>Removes all adapters. What was merged is taken out of the weights first.</summary>
    /// <typeparam name="TModel">The kind of model.</typeparam>
    /// <param name="model">The model.</param>
    /// <returns>The model.</returns>
    /// <exception cref="InvalidOperationException">The model has no adapters.</exception>
    public static TModel RemoveLora<TModel>(this TModel model)
        where TModel : PretrainedModel
    {
        foreach (Projection map in Adapted(model))
        {
            map.RemoveAdapter();
        }

        return model;
    }

    /// <summary>Writes the adapters as PEFT does; <c>PeftModel.from_pretrained</c> reads them.</summary>
    /// <param name="model">The model with adapters.</param>
    /// <param name="folder">The folder, which is made if it is not there.</param>
    /// <param name="options">What the adapters were added with.</param>
    /// <param name="baseModel">What to say about where the model itself is.</param>
    /// <exception cref="ArgumentException">The options are not those of the model's adapters.</exception>
    /// <exception cref="InvalidOperationException">The model has no adapters.</exception>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public static void SaveLora(this PretrainedModel model, string folder, LoraOptions options, string? baseModel = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        Adapted(model);
        OrderedDictionary<string, Tensor> tensors = [];
        foreach ((string name, Module module) in model.NamedModules())
        {
            if (module is Projection { HasAdapter: true } map)
            {
                if (map.LoraA!.Weight.Size(0) != options.Rank)
                {
                    throw new ArgumentException($"SaveLora: the adapter of {name} has rank {map.LoraA.Weight.Size(0)}, not {options.Rank}.",
                        nameof(options));
                }

                tensors.Add($"{Prefix}{name}.lora_A.weight", map.LoraA.Weight.Detach());
                tensors.Add($"{Prefix}{name}.lora_B.weight", map.LoraB!.Weight.Detach());
            }
        }

        foreach ((string name, Module module) in model.NamedModules().Where(m => EndsWith(m.Name, options.ModulesToSave)))
        {
            foreach ((string inner, Parameter parameter) in module.NamedParameters())
            {
                tensors[$"{Prefix}{name}.{inner}"] = parameter.Detach();
            }
        }

        JsonObject config = new()
        {
            ["alpha_pattern"] = new JsonObject(),
            ["base_model_name_or_path"] = baseModel,
            ["bias"] = "none",
            ["fan_in_fan_out"] = model is GptModel,
            ["inference_mode"] = true,
            ["init_lora_weights"] = true,
            ["lora_alpha"] = options.Alpha == Math.Floor(options.Alpha) && options.Alpha < int.MaxValue ? (int)options.Alpha
                : options.Alpha,
            ["lora_dropout"] = options.Dropout,
            ["modules_to_save"] = options.ModulesToSave.Count == 0 ? null : Texts(options.ModulesToSave),
            ["peft_type"] = "LORA",
            ["r"] = options.Rank,
            ["rank_pattern"] = new JsonObject(),
            ["target_modules"] = Texts(Names(model)),
            ["task_type"] = TaskOf(model),
            ["use_dora"] = false,
            ["use_rslora"] = options.UseRsLora,
        };
        Directory.CreateDirectory(folder);
        Safetensors.Save(Path.Combine(folder, WeightsName), tensors, new Dictionary<string, string> { ["format"] = "pt" });
        AtomicFile.Write(Path.Combine(folder, ConfigName), stream =>
        {
            using Utf8JsonWriter writer = new(stream, new JsonWriterOptions { Indented = true });
            config.WriteTo(writer);
        });

        static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(static text => (JsonNode)text)]);
    }

    /// <summary>
    /// Reads adapters that PEFT or <see cref="SaveLora"/> wrote and puts them beside the maps of a model, frozen or to be trained further.
    /// </summary>
    /// <param name="model">The model that they were trained for, without adapters.</param>
    /// <param name="folder">The folder.</param>
    /// <param name="isTrainable">Whether they are trained further.</param>
    /// <returns>What they were made with.</returns>
    /// <exception cref="ModelFileException">The configuration is damaged, or asks for what is not supported; it is named.</exception>
    /// <exception cref="StateDictException">Tensors are missing, of another shape, or have no place; they are named, and nothing was
    /// changed.</exception>
    /// <exception cref="IOException">A file does not exist or cannot be read.</exception>
    public static LoraOptions LoadLora(this PretrainedModel model, string folder, bool isTrainable = false)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentException.ThrowIfNullOrEmpty(folder);
        string path = Path.Combine(folder, ConfigName);
        LoraOptions options = ReadConfig(ConfigReader.Parse(PretrainedModel.ReadText(path), path), model);
        using TensorScope scope = new();
        string weights = Path.Combine(folder, WeightsName), pickle = Path.Combine(folder, PickleName);
        OrderedDictionary<string, Tensor> tensors = File.Exists(weights) || !File.Exists(pickle) ? Safetensors.Load(weights)
            : PyTorchFile.LoadTensors(pickle);
        List<(string Name, Projection Map)> maps = Targets(model, options);
        List<string> problems = [];
        HashSet<string> used = [];
        List<(Projection Map, Tensor A, Tensor B)> adapters = [];
        foreach ((string name, Projection map) in maps)
        {
            Tensor? a = Take($"{Prefix}{name}.lora_A.weight", [options.Rank, map.InFeatures]);
            Tensor? b = Take($"{Prefix}{name}.lora_B.weight", [map.OutFeatures, options.Rank]);
            if (a is not null && b is not null)
            {
                adapters.Add((map, a, b));
            }
        }

        List<(Parameter Own, Tensor Given)> whole = [];
        foreach ((string name, Module module) in model.NamedModules().Where(m => EndsWith(m.Name, options.ModulesToSave)))
        {
            foreach ((string inner, Parameter parameter) in module.NamedParameters())
            {
                if (Take($"{Prefix}{name}.{inner}", parameter.Shape) is { } given)
                {
                    whole.Add((parameter, given));
                }
            }
        }

        problems.AddRange(tensors.Keys.Where(name => !used.Contains(name)).Select(static name => $"{name} has no place"));
        if (problems.Count > 0)
        {
            throw new StateDictException($"{folder}: the adapter does not fit: {string.Join("; ", problems.Take(20))}"
                + (problems.Count > 20 ? $" and {problems.Count - 20} more." : "."));
        }

        using GradMode.Region none = GradMode.NoGrad();
        foreach ((Projection map, Tensor a, Tensor b) in adapters)
        {
            DType dtype = map.Weight?.DType ?? DType.Float32;
            LoraMatrix first = new(a.To(dtype)), second = new(b.To(dtype));
            Adapt(model, map, first, second, options);
            (first.Weight.RequiresGrad, second.Weight.RequiresGrad) = (isTrainable, isTrainable);
        }

        foreach ((Parameter own, Tensor given) in whole)
        {
            own.CopyFrom(given.To(own.DType));
        }

        if (isTrainable)
        {
            HashSet<Parameter> trained = [.. adapters.SelectMany(static x => (Parameter[])[x.Map.LoraA!.Weight, x.Map.LoraB!.Weight]),
                .. whole.Select(static x => x.Own)];
            foreach (Parameter parameter in model.Parameters())
            {
                parameter.RequiresGrad = trained.Contains(parameter);
            }
        }

        return options;

        Tensor? Take(string name, Shape shape)
        {
            used.Add(name);
            if (!tensors.TryGetValue(name, out Tensor? tensor))
            {
                problems.Add($"{name} {shape} is missing");
                return null;
            }

            if (tensor.Shape != shape)
            {
                problems.Add($"{name} is {tensor.Shape} and must be {shape}");
                return null;
            }

            return tensor;
        }
    }

    private static LoraOptions ReadConfig(ConfigReader config, PretrainedModel model)
    {
        if (config.Text("peft_type") is not "LORA" and var type)
        {
            throw config.Bad("peft_type", $"'{type}' is not supported; LORA is.");
        }

        config.Only("bias", "none");
        config.Only("use_dora", "false");
        config.Only("use_qalora", "false");
        config.Only("fan_in_fan_out", model is GptModel ? ["true"] : ["false"]);
        config.Only("lora_bias", "false");
        foreach (string key in (string[])["rank_pattern", "alpha_pattern", "loftq_config", "eva_config", "corda_config"])
        {
            config.Only(key, "{}");
        }

        foreach (string key in (string[])["layers_to_transform", "layers_pattern", "layer_replication", "exclude_modules",
            "megatron_config",
            "trainable_token_indices", "target_parameters", "arrow_config", "alora_invocation_tokens"])
        {
            config.Only(key, "[]");
        }

        // Where the file came from, and how training began.
        foreach (string key in (string[])["base_model_name_or_path", "revision", "inference_mode", "init_lora_weights", "task_type",
            "megatron_core", "peft_version", "qalora_group_size", "ensure_weight_tying"])
        {
            config.Has(key);
        }

        LoraOptions options = new()
        {
            Rank = config.Size("r"),
            Alpha = config.Positive("lora_alpha", 8),
            Dropout = config.Probability("lora_dropout", 0),
            UseRsLora = config.Flag("use_rslora", false),
            TargetModules = config.Texts("target_modules"),
            ModulesToSave = config.Texts("modules_to_save"),
        };
        config.Finish(["auto_mapping"]);
        return options.TargetModules.Count > 0 ? options : throw config.Bad("target_modules", "it names no modules.");
    }

    private static List<(string Name, Projection Map)> Targets(PretrainedModel model, LoraOptions options)
    {
        (string Name, Projection Map)[] all =
            [.. model.NamedModules().Where(static m => m.Module is Projection).Select(static m => (m.Name, (Projection)m.Module))];
        foreach (string target in options.TargetModules)
        {
            if (!all.Any(entry => Fits(entry.Name, target)))
            {
                throw new ArgumentException($"LoRA: no linear map is called '{target}'; there are "
                    + $"{string.Join(", ", all.Select(static entry => entry.Name.Split('.')[^1]).Distinct())}.", nameof(options));
            }
        }

        List<(string Name, Projection Map)> found = [.. all.Where(entry => options.TargetModules.Any(target => Fits(entry.Name, target)))];
        return found.FirstOrDefault(static entry => entry.Map.HasAdapter) is { Name: { } name }
            ? throw new ArgumentException($"LoRA: {name} has an adapter already; remove it first.", nameof(model))
            : found;

        static bool Fits(string name, string target) => target.Contains('*', StringComparison.Ordinal)
            ? FileSystemName.MatchesSimpleExpression(target, name, ignoreCase: false)
            : IsEnd(name, target);
    }

    private static List<Module> Whole(PretrainedModel model, IReadOnlyList<string> names)
    {
        IReadOnlyList<(string Name, Module Module)> all = model.NamedModules();
        foreach (string wanted in names)
        {
            if (!all.Any(entry => IsEnd(entry.Name, wanted)))
            {
                throw new ArgumentException($"LoRA: no module is called '{wanted}', which is to be trained as a whole.", nameof(names));
            }
        }

        return [.. all.Where(entry => EndsWith(entry.Name, names)).Select(static entry => entry.Module)];
    }

    private static bool EndsWith(string name, IReadOnlyList<string> ends) => ends.Any(end => IsEnd(name, end));

    private static bool IsEnd(string name, string end) => name == end || name.EndsWith("." + end, StringComparison.Ordinal);

    /// <summary>The last names of the adapted maps, where those say all; their paths where they fit others, too.</summary>
    private static string[] Names(PretrainedModel model)
    {
        (string Name, Projection Map)[] all =
            [.. model.NamedModules().Where(static m => m.Module is Projection).Select(static m => (m.Name, (Projection)m.Module))];
        string[] adapted = [.. all.Where(static entry => entry.Map.HasAdapter).Select(static entry => entry.Name)];
        string[] last = [.. adapted.Select(static name => name.Split('.')[^1]).Distinct()];
        return all.Count(entry => EndsWith(entry.Name, last)) == adapted.Length ? last : adapted;
    }

    private static string? TaskOf(PretrainedModel model) => model switch
    {
        _ when model.Architecture.EndsWith("ForSequenceClassification", StringComparison.Ordinal) => "SEQ_CLS",
        _ when model.Architecture.EndsWith("ForTokenClassification", StringComparison.Ordinal) => "TOKEN_CLS",
        _ when model.Architecture.EndsWith("ForQuestionAnswering", StringComparison.Ordinal) => "QUESTION_ANS",
        CausalLanguageModel => "CAUSAL_LM",
        T5Model => "SEQ_2_SEQ_LM",
        _ => null,
    };

    private static void Adapt(PretrainedModel model, Projection map, LoraMatrix a, LoraMatrix b, LoraOptions options)
    {
        map.AddAdapter(a, b, options.Scale, options.Dropout, options.Generator);
        a.Train(model.Training);
        b.Train(model.Training);
    }

    private static Projection[] Adapted(PretrainedModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        Projection[] maps = [.. model.Modules().OfType<Projection>().Where(static map => map.HasAdapter)];
        return maps.Length > 0 ? maps : throw new InvalidOperationException("LoRA: the model has no adapters.");
    }

    private static TModel Move<TModel>(TModel model, bool merged)
        where TModel : PretrainedModel
    {
        Projection[] maps = Adapted(model);
        if (merged && maps.FirstOrDefault(static map => map.Weight is null) is { } quantized)
        {
            throw new InvalidOperationException($"{quantized.Label}: a quantized weight does not take an adapter in; leave it beside.");
        }

        foreach (Projection map in maps)
        {
            map.Move(merged);
        }

        return model;
    }
}
