using DeepLearning.Onnx.Schema;
using DataType = DeepLearning.Onnx.Schema.TensorProto.Types.DataType;

namespace DeepLearning.Onnx.Import;

/// <summary>One run of a node: its operands and what it was told.</summary>
internal sealed class Call(Step step, Value?[] operands, Scope scope)
{
    /// <summary>The number of operands.</summary>
    public int Count => operands.Length;

    /// <summary>The version of the operators.</summary>
    public int Opset => step.Opset;

    /// <summary>The operator's name.</summary>
    public string Operator => step.Operator;

    /// <summary>The number of outputs that the node names.</summary>
    public int OutputCount => step.Outputs.Count;

    /// <summary>The values around the node, which inner graphs see.</summary>
    public Scope Scope => scope;

    /// <summary>A tensor operand that must be there.</summary>
    public Tensor this[int i] => Value(i).Tensor;

    /// <summary>Whether an output is wanted.</summary>
    public bool Wants(int output) => output < step.Outputs.Count && step.Outputs[output].Length > 0;

    /// <summary>Whether an operand is given.</summary>
    public bool Has(int i) => i < operands.Length && operands[i] is not null;

    /// <summary>An operand that must be there.</summary>
    public Value Value(int i) => Has(i) ? operands[i]! : throw new OnnxException($"operand {i} is missing.");

    /// <summary>An operand, or null.</summary>
    public Value? ValueOrNull(int i) => Has(i) ? operands[i] : null;

    /// <summary>A tensor operand, or null.</summary>
    public Tensor? TensorOrNull(int i) => Has(i) ? operands[i]!.Tensor : null;

    /// <summary>The element type of an operand.</summary>
    public DataType Type(int i) => Value(i).Type;

    /// <summary>All operands, which must be tensors.</summary>
    public Tensor[] Tensors() => [.. Enumerable.Range(0, Count).Select(i => this[i])];

    /// <summary>A result of the element type of an operand.</summary>
    public Value Keep(int operand, Tensor result) => As(result, Type(operand));

    /// <summary>A result of an element type: converted where it must be, and within its range.</summary>
    public static Value As(Tensor result, DataType type)
    {
        DType held = ElementTypes.Held(type);
        return new Value(ElementTypes.Wrapped(result.DType == held ? result : result.To(held), type), type);
    }

    /// <summary>Whether an attribute is given.</summary>
    public bool Told(string name) => step.Attributes.ContainsKey(name);

    /// <summary>A whole number, or another where none is given.</summary>
    public long Int(string name, long otherwise) => step.Attributes.TryGetValue(name, out AttributeProto? given) ? given.I : otherwise;

    /// <summary>A whole number that must be given.</summary>
    public long Int(string name) => Given(name).I;

    /// <summary>A whole number as an <see cref="int"/>.</summary>
    public int Int32(string name, int otherwise) => Small(Int(name, otherwise), name);

    /// <summary>Whether a whole number, as a truth value, is not 0.</summary>
    public bool Flag(string name, bool otherwise = false) => Int(name, otherwise ? 1 : 0) != 0;

    /// <summary>A number, or another where none is given.</summary>
    public float Float(string name, float otherwise) => step.Attributes.TryGetValue(name, out AttributeProto? given) ? given.F : otherwise;

    /// <summary>A text, or another where none is given.</summary>
    public string Text(string name, string otherwise) =>
        step.Attributes.TryGetValue(name, out AttributeProto? given) ? given.S.ToStringUtf8() : otherwise;

    /// <summary>Whole numbers; null where none are given.</summary>
    public long[]? Ints(string name) => step.Attributes.TryGetValue(name, out AttributeProto? given) ? [.. given.Ints] : null;

    /// <summary>Numbers; null where none are given.</summary>
    public float[]? Floats(string name) => step.Attributes.TryGetValue(name, out AttributeProto? given) ? [.. given.Floats] : null;

    /// <summary>Texts; null where none are given.</summary>
    public string[]? Texts(string name) =>
        step.Attributes.TryGetValue(name, out AttributeProto? given) ? [.. given.Strings.Select(static text => text.ToStringUtf8())] : null;

    /// <summary>An attribute that must be given.</summary>
    public AttributeProto Given(string name) => step.Attributes.TryGetValue(name, out AttributeProto? given)
        ? given
        : throw new OnnxException($"the attribute {name} is missing.");

    /// <summary>A tensor among the attributes that must be given.</summary>
    public TensorProto Stored(string name) => Given(name).T ?? throw new OnnxException($"the attribute {name} has no tensor.");

    /// <summary>An inner graph that must be given.</summary>
    public Body Body(string name) => step.Bodies.TryGetValue(name, out Body? body)
        ? body
        : throw new OnnxException($"the graph {name} is missing.");

    /// <summary>Whole numbers that an operand gives; null where it is left out.</summary>
    public long[]? Numbers(int i) => Has(i) ? this[i].Detach().To(DType.Int64).ToArray<long>() : null;

    /// <summary>Whole numbers of an operand that must be there.</summary>
    public long[] AllNumbers(int i) => Value(i).Tensor.Detach().To(DType.Int64).ToArray<long>();

    /// <summary>The one whole number of an operand.</summary>
    public long Number(int i) => Numbers(i) is [long number] ? number : throw new OnnxException($"operand {i} must be one number.");

    /// <summary>Whole numbers from an operand, or from an attribute of older opsets; null where neither gives them.</summary>
    public long[]? Numbers(int i, string attribute) => Numbers(i) ?? Ints(attribute);

    /// <summary>The axis of an attribute, counted from the front.</summary>
    public int Axis(string name, long otherwise, int rank) => Axis(Int(name, otherwise), rank);

    /// <summary>An axis, counted from the front.</summary>
    public static int Axis(long axis, int rank) => axis >= -rank && axis < rank
        ? (int)(axis < 0 ? axis + rank : axis)
        : throw new OnnxException($"there is no axis {axis} of {rank}.");

    /// <summary>Axes, counted from the front.</summary>
    public static int[] Axes(ReadOnlySpan<long> axes, int rank)
    {
        int[] found = new int[axes.Length];
        for (int i = 0; i < found.Length; i++)
        {
            found[i] = Axis(axes[i], rank);
        }

        return found.Distinct().Count() == found.Length ? found : throw new OnnxException("an axis is named twice.");
    }

    /// <summary>A length or count, which must fit an <see cref="int"/>.</summary>
    public static int Small(long number, string what) => number is >= int.MinValue and <= int.MaxValue
        ? (int)number
        : throw new OnnxException($"{what} cannot be {number}.");

    /// <summary>Lengths, which must fit and multiply to something that can be held.</summary>
    public static int[] Lengths(ReadOnlySpan<long> lengths)
    {
        int[] shape = new int[lengths.Length];
        for (int axis = 0; axis < shape.Length; axis++)
        {
            shape[axis] = lengths[axis] >= 0 ? Small(lengths[axis], "a length")
                : throw new OnnxException($"a length cannot be {lengths[axis]}.");
        }

        Limits.Check(shape);
        return shape;
    }
}
