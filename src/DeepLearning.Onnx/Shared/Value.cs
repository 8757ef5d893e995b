using DataType = DeepLearning.Onnx.Schema.TensorProto.Types.DataType;

namespace DeepLearning.Onnx;

/// <summary>What flows along the edges of an ONNX graph: a tensor with its ONNX type, or a sequence of values.</summary>
internal sealed class Value
{
    private readonly Tensor? _tensor;
    private readonly IReadOnlyList<Value>? _items;

    /// <summary>A tensor of its own type.</summary>
    public Value(Tensor tensor)
        : this(tensor, ElementTypes.Of(tensor.DType))
    {
    }

    /// <summary>A tensor whose elements are of a type that may be narrower than what holds them.</summary>
    public Value(Tensor tensor, DataType type)
    {
        _tensor = tensor;
        Type = type;
    }

    /// <summary>A sequence; of tensors, as a rule.</summary>
    public Value(IReadOnlyList<Value> items, DataType type)
    {
        _items = items;
        Type = type;
    }

    /// <summary>The type of the elements; of a sequence, that of its tensors.</summary>
    public DataType Type { get; }

    /// <summary>Whether this is a sequence.</summary>
    public bool IsSequence => _items is not null;

    /// <summary>The tensor.</summary>
    /// <exception cref="OnnxException">This is a sequence.</exception>
    public Tensor Tensor => _tensor ?? throw new OnnxException("A sequence is given where a tensor is needed.");

    /// <summary>The values of the sequence.</summary>
    /// <exception cref="OnnxException">This is a tensor.</exception>
    public IReadOnlyList<Value> Items => _items ?? throw new OnnxException("A tensor is given where a sequence is needed.");

    /// <summary>A tensor of its own type.</summary>
    public static implicit operator Value(Tensor tensor) => new(tensor);
}
