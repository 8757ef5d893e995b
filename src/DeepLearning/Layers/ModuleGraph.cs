namespace DeepLearning.Layers;

/// <summary>
/// The operations of a model as a graph: what each computes, from what, in which layer. It is read off the record of a forward pass, so it
/// shows what an input really went through.
/// </summary>
public sealed class ModuleGraph
{
    private ModuleGraph(IReadOnlyList<Vertex> vertices) => Vertices = vertices;

    /// <summary>Inputs, parameters, operations and the output; each after those it reads.</summary>
    public IReadOnlyList<Vertex> Vertices { get; }

    /// <inheritdoc/>
    public override string ToString() => string.Join(
        Environment.NewLine, Vertices.Select(static vertex => vertex.ToString()));

    /// <summary>Runs a model once, in evaluation mode, and takes down its operations. Parameters that are frozen are left out.</summary>
    /// <param name="model">The model.</param>
    /// <param name="input">An input of the kind that it takes.</param>
    public static ModuleGraph Of(Module<Tensor, Tensor> model, Tensor input)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(input);
        using ModuleModes modes = new(model);
        using TensorScope scope = new();
        using ShapeRecorder recorder = new(keepsTensors: true);
        model.Eval();
        using GradMode.Region region = GradMode.EnableGrad();
        Tensor given = input.Detach();
        given.RequiresGrad = given.DType.IsFloatingPoint();
        Tensor output = model.Forward(given);
        return new ModuleGraph(new ModuleGraphBuilder(model, given, recorder.Calls).Build(output));
    }

    /// <summary>An input, a parameter, an operation or the output.</summary>
    /// <param name="Name">Its own name: the path of its layer and what it is, as in <c>Net/encoder/0/Addmm</c>.</param>
    /// <param name="Kind"><c>Input</c>, <c>Parameter</c>, <c>Output</c>, or the operation's name.</param>
    /// <param name="Inputs">The names of those whose results it reads, in order.</param>
    /// <param name="Shape">The shape of its result.</param>
    /// <param name="DType">The element type of its result.</param>
    public sealed record Vertex(string Name, string Kind, IReadOnlyList<string> Inputs, Shape Shape, DType DType)
    {
        /// <summary>The operation as a line: <c>fc1: Linear(x) → float32[5, 2]</c>.</summary>
        public override string ToString() => $"{Name}: {Kind}({string.Join(", ", Inputs)}) → {DType.Name()}{Shape}";
    }
}
