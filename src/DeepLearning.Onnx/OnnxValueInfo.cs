using DeepLearning.Onnx.Schema;
using DataType = DeepLearning.Onnx.Schema.TensorProto.Types.DataType;

namespace DeepLearning.Onnx;

/// <summary>An input or output of an ONNX model.</summary>
public sealed class OnnxValueInfo
{
    internal OnnxValueInfo(ValueInfoProto proto)
    {
        Name = proto.Name;
        TypeProto? type = proto.Type;
        Kind = "";
        while (type?.ValueCase is TypeProto.ValueOneofCase.SequenceType or TypeProto.ValueOneofCase.OptionalType)
        {
            Kind += type.ValueCase == TypeProto.ValueOneofCase.SequenceType ? "sequence of " : "optional ";
            type = type.ValueCase == TypeProto.ValueOneofCase.SequenceType ? type.SequenceType.ElemType : type.OptionalType.ElemType;
        }

        ElementType = (DataType)(type?.TensorType?.ElemType ?? 0);
        DType = ElementTypes.TryHeld(ElementType);
        Axes = type?.TensorType?.Shape is { } shape
            ? [.. shape.Dim.Select(static axis => axis.HasDimValue
                ? axis.DimValue.ToString(System.Globalization.CultureInfo.InvariantCulture)
                : axis.HasDimParam ? axis.DimParam : "?")]
            : null;
        Lengths = type?.TensorType?.Shape is { } fixedShape
            ? [.. fixedShape.Dim.Select(static axis => axis.HasDimValue ? axis.DimValue : (long?)null)]
            : null;
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>The library's element type that holds it; null where there is none.</summary>
    public DType? DType { get; }

    /// <summary>
    /// The lengths of its axes as the file gives them: a number, a name such as <c>batch</c>, or ?; null where it gives none.
    /// </summary>
    public IReadOnlyList<string>? Axes { get; }

    internal DataType ElementType { get; }

    internal long?[]? Lengths { get; }

    internal string Kind { get; }

    /// <inheritdoc/>
    public override string ToString() =>
        $"{Name}: {Kind}{ElementTypes.Name(ElementType)}{(Axes is null ? "" : $"[{string.Join(", ", Axes)}]")}";
}
