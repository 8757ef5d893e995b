using DeepLearning.Layers;

namespace DeepLearning.TensorBoard;

/// <summary>Makes the GraphDef message of a model's operations.</summary>
internal static class GraphEncoder
{
    // Of GraphDef messages since 2016; TensorBoard shows the number and nothing else.
    private const int Producer = 22;

    public static byte[] Encode(ModuleGraph graph)
    {
        Message message = new();
        foreach (ModuleGraph.Vertex vertex in graph.Vertices)
        {
            message.Inner(Fields.Graph.Node, Encode(vertex));
        }

        return message.Inner(Fields.Graph.Versions, new Message().Number(Fields.Graph.Producer, Producer)).ToArray();
    }

    private static Message Encode(ModuleGraph.Vertex vertex)
    {
        Message node = new Message().Text(Fields.NodeDef.Name, vertex.Name).Text(Fields.NodeDef.Op, vertex.Kind);
        foreach (string input in vertex.Inputs)
        {
            node.Item(Fields.NodeDef.Input, input);
        }

        Message shape = new();
        foreach (int length in vertex.Shape)
        {
            shape.Inner(Fields.TensorShape.Dim, new Message().Number(Fields.TensorShape.Size, length));
        }

        Message shapes = new Message().Inner(Fields.AttrValue.List, new Message().Inner(Fields.AttrValue.ListShape, shape));
        Message type = new Message().Number(Fields.AttrValue.Type, TypeOf(vertex.DType));
        return node.Inner(Fields.NodeDef.Attribute, Entry("_output_shapes", shapes)).Inner(Fields.NodeDef.Attribute, Entry("dtype", type));
    }

    private static Message Entry(string key, Message value) =>
        new Message().Text(Fields.MapEntry.Key, key).Inner(Fields.MapEntry.Value, value);

    private static int TypeOf(DType dtype) => dtype switch
    {
        DType.Float32 => 1,
        DType.Float64 => 2,
        DType.Int32 => 3,
        DType.UInt8 => 4,
        DType.Int64 => 9,
        DType.Bool => 10,
        DType.BFloat16 => 14,
        DType.Float16 => 19,
        _ => throw new ArgumentOutOfRangeException(nameof(dtype), dtype, "The graph format has no such element type."),
    };
}
