using System.Text.Json;
using DeepLearning.Layers;
using DeepLearning.Tests.Infrastructure;

namespace DeepLearning.Tests.Golden;

/// <summary>What a binding sees: the inputs of a case as tensors, and its arguments.</summary>
internal sealed class GoldenCall
{
    private readonly Tensor[] _leaves;

    public GoldenCall(GoldenCase golden, bool tracksGradients)
    {
        Case = golden;
        _leaves = [.. golden.Inputs.Select((x, i) => golden.Layouts is { } l ? GoldenLayout.Arrange(ToTensor(x), l[i]) : ToTensor(x))];
        for (var i = 0; i < _leaves.Length; i++)
        {
            if (tracksGradients && golden.Gradients?[i] is not null)
            {
                _leaves[i].RequiresGrad = true;
            }
        }
    }

    /// <summary>A call on tensors that there are: a step of a program.</summary>
    public GoldenCall(GoldenCase golden, Tensor[] tensors)
    {
        Case = golden;
        _leaves = tensors;
    }

    public GoldenCase Case { get; }

    /// <summary>The tensors whose gradients are compared: the inputs, or the parameters of the layer that took their values.</summary>
    public IReadOnlyList<Tensor> Leaves => _leaves;

    public Tensor this[int index] => _leaves[index];

    public Tensor[] this[Range range] => _leaves[range];

    public Tensor[] All => _leaves;

    public bool Has(string arg) => Case.Has(arg) && Case.Argument(arg).ValueKind != JsonValueKind.Null;

    public int Int(string arg) => Case.Argument(arg).GetInt32();

    public int Int(string arg, int otherwise) => Has(arg) ? Int(arg) : otherwise;

    public double Double(string arg) => GoldenTensor.Number(Case.Argument(arg));

    public double Double(string arg, double otherwise) => Has(arg) ? Double(arg) : otherwise;

    public bool Bool(string arg) => Case.Argument(arg).GetBoolean();

    public bool Bool(string arg, bool otherwise) => Has(arg) ? Bool(arg) : otherwise;

    public string Text(string arg) => Case.Argument(arg).GetString()!;

    public string Text(string arg, string otherwise) => Has(arg) ? Text(arg) : otherwise;

    /// <summary>A list, or a single number as a list of one.</summary>
    public int[] Ints(string arg) => Case.Argument(arg) is { ValueKind: JsonValueKind.Array } list
        ? [.. list.EnumerateArray().Select(i => i.GetInt32())]
        : [Int(arg)];

    /// <summary>A number with the type that Python gave it.</summary>
    public Scalar Scalar(string arg)
    {
        var json = Case.Argument(arg);
        return json.ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            JsonValueKind.Number when json.TryGetInt64(out var integer) && json.GetRawText().IndexOfAny(['.', 'e']) < 0 => integer,
            _ => GoldenTensor.Number(json),
        };
    }

    public Scalar? ScalarOrNull(string arg) => Has(arg) ? Scalar(arg) : null;

    public DType DType(string arg) => TypeOf(Text(arg));

    public DType? DTypeOrNull(string arg) => Has(arg) ? DType(arg) : null;

    /// <summary>A layer's output for the first input, then the recorded buffers as they are after the call.</summary>
    public Tensor[] Run(Module<Tensor, Tensor> layer)
    {
        Load(layer);
        Tensor y = layer.Forward(_leaves[0]);
        return [y, .. Buffers(layer)];
    }

    /// <summary>The recorded buffers of a layer, as they are now.</summary>
    public IEnumerable<Tensor> Buffers(Module layer)
    {
        Dictionary<string, Tensor> buffers = layer.NamedBuffers().ToDictionary(b => b.Name, b => b.Buffer);
        return Case.Names.Where(buffers.ContainsKey).Select(n => buffers[n]);
    }

    /// <summary>Gives a layer the recorded parameters and buffers; gradients are then those of its parameters.</summary>
    public void Load(Module module) => Load(module, ["input"]);

    /// <summary>
    /// As <see cref="Load(Module)"/>; the inputs of the forward call are those of the names. Aliases of the case are more keys.
    /// </summary>
    public void Load(Module module, string[] inputs)
    {
        int[] named = [.. Enumerable.Range(0, Case.Names.Length).Where(i => !inputs.Contains(Case.Names[i]))];
        DType type = Array.Find(_leaves, static x => x.DType.IsFloatingPoint())?.DType ?? DeepLearning.DType.Float64;
        Dictionary<string, Tensor> state = named.ToDictionary(i => Case.Names[i], i => _leaves[i]);
        foreach (JsonProperty alias in Case.Has("alias") ? Case.Argument("alias").EnumerateObject() : default)
        {
            state.Add(alias.Name, state[alias.Value.GetString()!]);
        }

        module.To(type).To(TestDevice.Current).LoadStateDict(state);
        module.Train(Bool("train", true));
        Dictionary<string, Parameter> parameters = module.NamedParameters().ToDictionary(p => p.Name, p => p.Parameter);
        foreach (int i in named.Where(i => parameters.ContainsKey(Case.Names[i])))
        {
            _leaves[i] = parameters[Case.Names[i]];
        }
    }

    public static DType TypeOf(string name) => name switch
    {
        "f64" => DeepLearning.DType.Float64,
        "f32" => DeepLearning.DType.Float32,
        "f16" => DeepLearning.DType.Float16,
        "bf16" => DeepLearning.DType.BFloat16,
        "i64" => DeepLearning.DType.Int64,
        "i32" => DeepLearning.DType.Int32,
        "u8" => DeepLearning.DType.UInt8,
        "bool" => DeepLearning.DType.Bool,
        _ => throw new ArgumentException($"'{name}' is no dtype."),
    };

    public static string NameOf(DType type) => type switch
    {
        DeepLearning.DType.Float64 => "f64",
        DeepLearning.DType.Float32 => "f32",
        DeepLearning.DType.Float16 => "f16",
        DeepLearning.DType.BFloat16 => "bf16",
        DeepLearning.DType.Int64 => "i64",
        DeepLearning.DType.Int32 => "i32",
        DeepLearning.DType.UInt8 => "u8",
        _ => "bool",
    };

    public static Tensor ToTensor(GoldenTensor golden)
    {
        var flat = golden.IsFloatingPoint ? Tensor.From(golden.Values, golden.Shape) : Tensor.From(golden.Integers, golden.Shape);
        return flat.To(TypeOf(golden.Type)).Here();
    }
}
