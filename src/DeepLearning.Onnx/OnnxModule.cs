using DeepLearning.Layers;
using DeepLearning.Onnx.Import;
using DataType = DeepLearning.Onnx.Schema.TensorProto.Types.DataType;

namespace DeepLearning.Onnx;

/// <summary>
/// A model out of an ONNX file: a module as any other. Its floating-point tensors of at least one axis are parameters under their names in
/// the file, so that it can be trained further, saved and loaded; running figures of normalizations and scales of quantization are not
/// trained. It computes what the file says, whether it trains or not: batch normalization by its running figures, no dropout.
/// </summary>
/// <remarks>
/// Of one required input, <see cref="Layer.Forward"/> gives the first output; <see cref="Run(ReadOnlySpan{Tensor})"/> gives all.
/// </remarks>
public sealed class OnnxModule : Layer
{
    private readonly List<Parameter> _parameters = [];
    private readonly List<string> _names = [];

    [Unregistered]
    private readonly Body _body;

    internal OnnxModule(Body body, IReadOnlyList<OnnxValueInfo> inputs, IReadOnlyList<OnnxValueInfo> outputs)
    {
        _body = body;
        Inputs = inputs;
        Outputs = outputs;
        HashSet<string> kept = Kept(body);
        foreach ((string name, Value value) in body.Tensors.ToArray())
        {
            if (ElementTypes.IsFloat(value.Type) && value.Tensor.Rank > 0)
            {
                Parameter parameter = new(value.Tensor, requiresGrad: !kept.Contains(name));
                _parameters.Add(RegisterAs(name, parameter));
                _names.Add(name);
                body.Tensors.Remove(name);
                body.Given.Add(name);
            }
        }
    }

    /// <summary>What it is given, in order; inputs for which the file has a tensor may be left out.</summary>
    public IReadOnlyList<OnnxValueInfo> Inputs { get; }

    /// <summary>What it gives, in order.</summary>
    public IReadOnlyList<OnnxValueInfo> Outputs { get; }

    /// <inheritdoc/>
    protected internal override string Details =>
        $"{string.Join(", ", Inputs)} → {string.Join(", ", Outputs)}";

    /// <summary>Runs the model.</summary>
    /// <param name="inputs">Its inputs, in order; those at the end for which the file has a tensor may be left out.</param>
    /// <returns>Its outputs, in order.</returns>
    /// <exception cref="ArgumentException">An input is missing, or of another type or shape than the file says.</exception>
    /// <exception cref="OnnxException">A node cannot be computed; the message names it.</exception>
    public Tensor[] Run(params ReadOnlySpan<Tensor> inputs)
    {
        Dictionary<string, Tensor> given = [];
        if (inputs.Length > Inputs.Count)
        {
            throw new ArgumentException($"{inputs.Length} inputs are given, and the model takes {Inputs.Count}.", nameof(inputs));
        }

        for (int i = 0; i < inputs.Length; i++)
        {
            given[Inputs[i].Name] = inputs[i];
        }

        return [.. Run(given).Values];
    }

    /// <summary>Runs the model.</summary>
    /// <param name="inputs">Its inputs, by name; those for which the file has a tensor may be left out.</param>
    /// <returns>Its outputs, by name.</returns>
    /// <exception cref="ArgumentException">An input is missing, not known, or of another type or shape than the file says.</exception>
    /// <exception cref="OnnxException">A node cannot be computed; the message names it.</exception>
    public OrderedDictionary<string, Tensor> Run(IReadOnlyDictionary<string, Tensor> inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        string[] unknown = [.. inputs.Keys.Except(Inputs.Select(static input => input.Name))];
        if (unknown.Length > 0)
        {
            throw new ArgumentException(
                $"The model has no input {string.Join(", ", unknown)}; it takes {string.Join(", ", Inputs)}.", nameof(inputs));
        }

        Value?[] operands = [.. Inputs.Select(input => inputs.TryGetValue(input.Name, out Tensor? tensor) ? Checked(input, tensor) : null)];
        Value?[] results = RunValues(operands);
        OrderedDictionary<string, Tensor> outputs = [];
        for (int i = 0; i < results.Length; i++)
        {
            outputs[Outputs[i].Name] = results[i]?.Tensor
                ?? throw new OnnxException($"The output {Outputs[i].Name} has no value; it is optional, and only tensors are given back.");
        }

        return outputs;
    }

    /// <summary>Runs the model on values, which may be sequences.</summary>
    internal Value?[] RunValues(Value?[] operands)
    {
        Scope parameters = new(null);
        for (int i = 0; i < _names.Count; i++)
        {
            parameters.Set(_names[i], _parameters[i]);
        }

        return Runner.Run(_body, operands, parameters);
    }

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input) => Run(input)[0];

    /// <summary>The tensors that training must leave: running figures, and the scales of quantization.</summary>
    private static HashSet<string> Kept(Body body)
    {
        HashSet<string> kept = [];
        foreach (Import.Step step in body.Steps)
        {
            IEnumerable<string> inputs = step.Operator switch
            {
                "BatchNormalization" => step.Inputs.Skip(3),
                "QuantizeLinear" or "DequantizeLinear" or "Resize" or "Upsample" => step.Inputs.Skip(1),
                "QLinearConv" or "QLinearMatMul" => step.Inputs,
                _ => [],
            };
            kept.UnionWith(inputs);
        }

        return kept;
    }

    private static Value Checked(OnnxValueInfo input, Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        if (input.DType is { } wanted && tensor.DType != wanted)
        {
            throw new DTypeException(
                $"The input {input} takes {wanted.Name()}, not {tensor.DType.Name()}; convert with To(DType.{wanted}).");
        }

        if (input.Lengths is { } lengths)
        {
            bool fits = lengths.Length == tensor.Rank;
            for (int axis = 0; fits && axis < lengths.Length; axis++)
            {
                fits = lengths[axis] is not { } length || length == tensor.Size(axis);
            }

            if (!fits)
            {
                throw new ShapeException($"The input {input} does not take a tensor {tensor.Shape}.");
            }
        }

        DataType type = input.DType is null ? ElementTypes.Of(tensor.DType) : input.ElementType;
        if (ElementTypes.IsNarrow(type) && ElementTypes.Range(type) is (var least, var most)
            && tensor.Count > 0 && (tensor.Less(least).Any().Item<bool>() || tensor.Greater(most).Any().Item<bool>()))
        {
            throw new ArgumentException($"The input {input} takes numbers from {least} to {most}.");
        }

        return new Value(tensor, type);
    }
}
