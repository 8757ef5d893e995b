using System.Diagnostics.CodeAnalysis;

namespace DeepLearning.Onnx.Import;

/// <summary>The operators of the standard domain that are known: by name, each from an opset on.</summary>
internal sealed class Operators
{
    private static readonly Operators s_all = Made();

    private readonly Dictionary<string, List<(int Since, Kernel Kernel)>> _kernels = [];

    /// <summary>The names of the operators.</summary>
    public static IReadOnlyCollection<string> Names => s_all._kernels.Keys;

    /// <summary>Finds an operator's kernel.</summary>
    public static bool TryGet(string name, int opset, [NotNullWhen(true)] out Kernel? kernel)
    {
        kernel = null;
        foreach ((int since, Kernel known) in s_all._kernels.GetValueOrDefault(name) ?? [])
        {
            kernel = since <= opset ? known : kernel;
        }

        return kernel is not null;
    }

    /// <summary>Adds an operator of one output.</summary>
    public void Add(string name, Func<Call, Value> compute) => Add(name, 1, compute);

    /// <summary>Adds an operator of one output, as it is from an opset on.</summary>
    public void Add(string name, int since, Func<Call, Value> compute) => AddMany(name, since, call => [compute(call)]);

    /// <summary>Adds an operator.</summary>
    public void AddMany(string name, Kernel compute) => AddMany(name, 1, compute);

    /// <summary>Adds an operator, as it is from an opset on. Versions are added from the oldest to the newest.</summary>
    public void AddMany(string name, int since, Kernel compute)
    {
        if (!_kernels.TryGetValue(name, out List<(int, Kernel)>? versions))
        {
            _kernels[name] = versions = [];
        }

        versions.Add((since, compute));
    }

    private static Operators Made()
    {
        Operators all = new();
        ArithmeticOperators.Add(all);
        FunctionOperators.Add(all);
        ActivationOperators.Add(all);
        LogicOperators.Add(all);
        CreationOperators.Add(all);
        RandomOperators.Add(all);
        ReductionOperators.Add(all);
        OrderOperators.Add(all);
        ShapeOperators.Add(all);
        MovementOperators.Add(all);
        GatherOperators.Add(all);
        ScatterOperators.Add(all);
        ProductOperators.Add(all);
        ConvolutionOperators.Add(all);
        PoolingOperators.Add(all);
        RegionOperators.Add(all);
        NormalizationOperators.Add(all);
        AttentionOperators.Add(all);
        RecurrentOperators.Add(all);
        StateOperators.Add(all);
        ResizeOperators.Add(all);
        SignalOperators.Add(all);
        LossOperators.Add(all);
        QuantizationOperators.Add(all);
        SequenceOperators.Add(all);
        ControlOperators.Add(all);
        TextOperators.Add(all);
        return all;
    }
}
