using DeepLearning.Layers;

namespace DeepLearning.Testing;

/// <summary>What is checked: how a module is made and called, and its inputs as a list of tensors.</summary>
internal sealed class Subject
{
    private const ulong Draws = 77;

    private readonly Func<Module> _make;
    private readonly Func<Module, object?[], object?> _call;
    private readonly object?[] _arguments;

    public Subject(Func<Module> make, Func<Module, object?[], object?> call, object?[] arguments)
    {
        (_make, _call) = (make, call);
        // float32 numbers in every type, so that types can be compared.
        _arguments = [.. arguments.Select(argument => Structure.With(argument, static x =>
            x.DType.IsFloatingPoint() ? x.Detach().To(DType.Float32).Clone() : x.Detach().Clone()))];
        Inputs = Structure.Tensors(_arguments);
    }

    /// <summary>The inputs, in float32 where they are of a floating-point type.</summary>
    public IReadOnlyList<Tensor> Inputs { get; }

    /// <summary>The arguments that are tensors, by their positions among the arguments.</summary>
    public IEnumerable<int> TensorArguments => Enumerable.Range(0, _arguments.Length).Where(i => _arguments[i] is Tensor);

    public static Subject Of<T1, T2, TOut>(Func<Module<T1, T2, TOut>> make, T1 first, T2 second) =>
        new(make, static (module, x) => ((Module<T1, T2, TOut>)module).Forward((T1)x[0]!, (T2)x[1]!), [first, second]);

    public static Subject Of<T1, T2, T3, TOut>(Func<Module<T1, T2, T3, TOut>> make, T1 first, T2 second, T3 third) =>
        new(
            make, static (module, x) => ((Module<T1, T2, T3, TOut>)module).Forward((T1)x[0]!, (T2)x[1]!, (T3)x[2]!),
            [first, second, third]);

    /// <summary>A new module, its starting values drawn from a seed.</summary>
    public Module Make(ulong seed)
    {
        using Generator.DefaultRegion region = new Generator(seed).AsDefault();
        return _make() ?? throw new CheckException("the function that makes the layer returned null");
    }

    /// <summary>The outputs of a call; random numbers are those of the seed.</summary>
    public List<Tensor> Call(Module module, IReadOnlyList<Tensor> inputs, ulong draws = Draws)
    {
        int next = 0;
        object?[] arguments = [.. _arguments.Select(argument => Structure.With(argument, _ => inputs[next++]))];
        return Call(module, arguments, draws);
    }

    /// <summary>A call with null in place of one argument.</summary>
    public List<Tensor> CallWithNull(Module module, int position)
    {
        object?[] arguments = [.. _arguments];
        arguments[position] = null;
        return Call(module, arguments, Draws);
    }

    /// <summary>Copies of the inputs in a floating-point type; whole numbers and booleans stay what they are.</summary>
    public Tensor[] InputsIn(DType dtype) => [.. Inputs.Select(x => x.DType.IsFloatingPoint() ? x.To(dtype).Clone() : x.Clone())];

    private List<Tensor> Call(Module module, object?[] arguments, ulong draws)
    {
        using Generator.DefaultRegion region = new Generator(draws).AsDefault();
        List<Tensor> outputs = Structure.Tensors(_call(module, arguments));
        return outputs.Count > 0 ? outputs : throw new CheckException("the output holds no tensor");
    }
}
