using DeepLearning.Layers;
using DeepLearning.Onnx.Export;

namespace DeepLearning.Onnx;

/// <summary>
/// Writes models as ONNX, from one run on example inputs: the operations that ran, in evaluation mode, with the parameters under their
/// names in the state dictionary. What a run does not show is not in the file: of a branch there is the side that was taken, a loop is
/// unrolled.
/// </summary>
/// <example>
/// <code>
/// model.ToOnnx("model.onnx", Tensor.Zeros(1, 784), new() { DynamicAxes = [new("input", 0, "batch")] });
/// </code>
/// </example>
public static class OnnxExport
{
    /// <summary>Writes a model of one input and one output to a file.</summary>
    /// <param name="model">The model. Its mode is afterwards what it was before.</param>
    /// <param name="path">The file; one of that name is replaced.</param>
    /// <param name="exampleInput">An input of the kind that the model takes; its numbers matter only where the model looks at them.</param>
    /// <param name="options">How; null for fixed shapes and opset 18.</param>
    /// <exception cref="OnnxException">An operation cannot be written as ONNX, or an axis not be left open; the message names
    /// it.</exception>
    public static void ToOnnx(this Module<Tensor, Tensor> model, string path, Tensor exampleInput, OnnxExportOptions? options = null) =>
        ToOnnx(model, exampleInput, options).Save(path);

    /// <summary>Writes a model of two inputs to a file.</summary>
    /// <param name="model">The model.</param>
    /// <param name="path">The file.</param>
    /// <param name="first">An example of its first input.</param>
    /// <param name="second">An example of its second input.</param>
    /// <param name="options">How; null for fixed shapes and opset 18.</param>
    /// <exception cref="OnnxException">An operation cannot be written as ONNX, or an axis not be left open; the message names
    /// it.</exception>
    public static void ToOnnx(
        this Module<Tensor, Tensor, Tensor> model, string path, Tensor first, Tensor second, OnnxExportOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        Trace(model, inputs => [model.Forward(inputs[0], inputs[1])], [first, second], options).Save(path);
    }

    /// <summary>Writes a model of one input and one output.</summary>
    /// <param name="model">The model. Its mode is afterwards what it was before.</param>
    /// <param name="exampleInput">An input of the kind that the model takes.</param>
    /// <param name="options">How; null for fixed shapes and opset 18.</param>
    /// <exception cref="OnnxException">An operation cannot be written as ONNX, or an axis not be left open; the message names
    /// it.</exception>
    public static OnnxModel ToOnnx(this Module<Tensor, Tensor> model, Tensor exampleInput, OnnxExportOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        return Trace(model, inputs => [model.Forward(inputs[0])], [exampleInput], options);
    }

    /// <summary>Writes a model of any number of inputs and outputs.</summary>
    /// <param name="model">The model, whose parameters and layers give names.</param>
    /// <param name="forward">Runs it once.</param>
    /// <param name="exampleInputs">What <paramref name="forward"/> is given.</param>
    /// <param name="options">How; null for fixed shapes and opset 18.</param>
    /// <exception cref="OnnxException">An operation cannot be written as ONNX, or an axis not be left open; the message names
    /// it.</exception>
    public static OnnxModel Trace(
        Module model, Func<Tensor[], Tensor[]> forward, ReadOnlySpan<Tensor> exampleInputs, OnnxExportOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(forward);
        options ??= new OnnxExportOptions();
        if (options.Opset is < OnnxExportOptions.LeastOpset or > OnnxExportOptions.GreatestOpset)
        {
            throw new ArgumentOutOfRangeException(
                nameof(options), options.Opset,
                $"Export: opsets {OnnxExportOptions.LeastOpset} to {OnnxExportOptions.GreatestOpset} can be written.");
        }

        Tensor[] examples = exampleInputs.ToArray();
        foreach (Tensor example in examples)
        {
            ArgumentNullException.ThrowIfNull(example, nameof(exampleInputs));
        }

        string[] names = GraphExporter.Names(options.InputNames, examples.Length, "input");
        TracedRuns runs = TracedRuns.Of(model, forward, examples, names, options.DynamicAxes);
        return new OnnxModel(GraphExporter.Export(runs, options, names), null);
    }
}
