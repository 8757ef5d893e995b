using System.Globalization;
using System.Text;
using DeepLearning.Onnx.Import;
using DeepLearning.Onnx.Schema;
using DeepLearning.Serialization;
using Google.Protobuf;

namespace DeepLearning.Onnx;

/// <summary>An ONNX file: what it says of itself, its inputs and outputs, and what writes it or makes a module of it.</summary>
public sealed class OnnxModel
{
    private const int MostBesideTensors = 1 << 26;

    internal OnnxModel(ModelProto proto, string? folder)
    {
        Proto = proto;
        Folder = folder;
        HashSet<string> own = [.. proto.Graph?.Initializer.Select(static tensor => tensor.Name) ?? []];
        Inputs = [.. (proto.Graph?.Input ?? []).Where(input => !own.Contains(input.Name)).Select(static input => new OnnxValueInfo(input))];
        Outputs = [.. (proto.Graph?.Output ?? []).Select(static output => new OnnxValueInfo(output))];
    }

    /// <summary>What the model is given.</summary>
    public IReadOnlyList<OnnxValueInfo> Inputs { get; }

    /// <summary>What the model gives.</summary>
    public IReadOnlyList<OnnxValueInfo> Outputs { get; }

    /// <summary>The version of the standard operators; 0 where the file uses none.</summary>
    public int Opset => (int)(Proto.OpsetImport.LastOrDefault(static import => import.Domain is "" or "ai.onnx")?.Version ?? 0);

    /// <summary>The program that wrote the file.</summary>
    public string Producer => $"{Proto.ProducerName} {Proto.ProducerVersion}".Trim();

    /// <summary>The model's description.</summary>
    public string Description => Proto.DocString;

    /// <summary>Texts that the file keeps beside the model, by name.</summary>
    public IReadOnlyDictionary<string, string> Metadata =>
        Proto.MetadataProps.GroupBy(static entry => entry.Key).ToDictionary(static group => group.Key, static group => group.First().Value);

    internal ModelProto Proto { get; }

    /// <summary>The folder that data outside of the file is looked for in; null where there is none.</summary>
    internal string? Folder { get; }

    /// <summary>Reads a file. Data of its tensors may lie in other files of its folder, which are read when it becomes a module.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="OnnxException">It is not ONNX, or damaged.</exception>
    public static OnnxModel Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        return new OnnxModel(Parse(() => ModelProto.Parser.ParseFrom(file), Path.GetFileName(path)),
            Path.GetDirectoryName(Path.GetFullPath(path)));
    }

    /// <summary>Reads a model from bytes. Data outside of them is refused.</summary>
    /// <param name="bytes">The bytes of a file.</param>
    /// <exception cref="OnnxException">They are not ONNX, or damaged.</exception>
    public static OnnxModel Load(ReadOnlySpan<byte> bytes)
    {
        byte[] kept = bytes.ToArray();
        return new OnnxModel(Parse(() => ModelProto.Parser.ParseFrom(kept), "the model"), null);
    }

    /// <summary>The tensors that stand in the file, by name.</summary>
    /// <exception cref="OnnxException">One is damaged, or of a type that the library does not hold.</exception>
    public OrderedDictionary<string, Tensor> Tensors()
    {
        ExternalData? external = Folder is null ? null : new ExternalData(Folder);
        OrderedDictionary<string, Tensor> tensors = [];
        foreach (TensorProto tensor in Proto.Graph?.Initializer ?? [])
        {
            tensors[tensor.Name] = TensorCodec.Decode(tensor, external).Tensor;
        }

        return tensors;
    }

    /// <summary>Makes a module of the model. An operator that is not supported is named, with its node and opset.</summary>
    /// <exception cref="OnnxException">The model is damaged, or has what is not supported; the message names it.</exception>
    public OnnxModule Import()
    {
        Body body = Guarded(() => Importer.Import(Proto, Folder));
        Dictionary<string, OnnxValueInfo> inputs = Proto.Graph.Input
            .GroupBy(static input => input.Name).ToDictionary(static group => group.Key, static group => new OnnxValueInfo(group.First()));
        // Those without a tensor of the file first, so that the others may be left out.
        string[] order = [.. body.Inputs.OrderBy(name => body.Tensors.ContainsKey(name) ? 1 : 0)];
        body.Inputs.Clear();
        body.Inputs.AddRange(order);
        return new OnnxModule(body, [.. order.Select(name => inputs[name])], Outputs);
    }

    /// <summary>Writes the file. Until it is whole, a file of that name stays as it is.</summary>
    /// <param name="path">The file.</param>
    /// <param name="externalData">
    /// Whether the tensors of a kilobyte or more go to a second file beside it, of the same name with <c>.data</c>: a file may have 2 GB at
    /// most.
    /// </param>
    /// <exception cref="OnnxException">The tensors have more than 2 GB and are to go into the file itself.</exception>
    public void Save(string path, bool externalData = false)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ModelProto written = Proto;
        if (externalData)
        {
            written = Proto.Clone();
            AtomicFile.Write(path + ".data", stream => ExternalData.Write(written.Graph, Path.GetFileName(path) + ".data", stream));
        }
        else if ((Proto.Graph?.Initializer ?? []).Sum(static tensor => (long)tensor.RawData.Length) > int.MaxValue - MostBesideTensors)
        {
            throw new OnnxException($"{path}: the tensors have more than the 2 GB of a file; give externalData: true.");
        }

        AtomicFile.Write(path, stream => written.WriteTo(stream));
    }

    /// <summary>The file's bytes.</summary>
    public byte[] ToArray() => Proto.ToByteArray();

    /// <summary>What is in the file: versions, inputs, outputs, operators and how often, tensors, metadata.</summary>
    public string Summary()
    {
        StringBuilder text = new();
        text.AppendLine(CultureInfo.InvariantCulture,
            $"ONNX, IR version {Proto.IrVersion}, by {(Producer.Length == 0 ? "unknown" : Producer)}");
        text.AppendLine(CultureInfo.InvariantCulture, $"opsets: {string.Join(", ", Proto.OpsetImport.Select(
            static import => $"{(import.Domain.Length == 0 ? "ai.onnx" : import.Domain)} {import.Version}"))}");
        Lines(text, "inputs", Inputs.Select(static input => input.ToString()));
        Lines(text, "outputs", Outputs.Select(static output => output.ToString()));
        Dictionary<string, int> operators = [];
        Count(Proto.Graph, operators, 0);
        bool IsKnown(string name) => Operators.Names.Contains(name) || Proto.Functions.Any(function => function.Name == name);
        Lines(text, "operators", operators.OrderByDescending(static pair => pair.Value).ThenBy(static pair => pair.Key,
            StringComparer.Ordinal)
            .Select(pair => $"{pair.Value,6} {pair.Key}{(IsKnown(pair.Key) ? "" : " (not supported)")}"));
        Lines(text, "functions",
            Proto.Functions.Select(static function => $"{function.Domain}.{function.Name}, {function.Node.Count} nodes"));
        long elements = 0;
        foreach (TensorProto tensor in Proto.Graph?.Initializer ?? [])
        {
            elements += tensor.Dims.Aggregate(1L, static (product, length) => unchecked(product * length));
        }

        text.AppendLine(CultureInfo.InvariantCulture, $"tensors: {Proto.Graph?.Initializer.Count ?? 0} with {elements:N0} elements");
        Lines(text, "metadata", Metadata.Select(static pair => $"{pair.Key}: {pair.Value}"));
        return text.ToString();
    }

    /// <inheritdoc/>
    public override string ToString() => Summary();

    private static void Lines(StringBuilder text, string title, IEnumerable<string> lines)
    {
        string[] all = [.. lines];
        if (all.Length > 0)
        {
            text.Append(title).AppendLine(":");
            foreach (string line in all)
            {
                text.Append("  ").AppendLine(line);
            }
        }
    }

    private static void Count(GraphProto? graph, Dictionary<string, int> operators, int depth)
    {
        foreach (NodeProto node in depth > Limits.Depth ? [] : graph?.Node ?? [])
        {
            string name = node.Domain is "" or "ai.onnx" ? node.OpType : $"{node.Domain}.{node.OpType}";
            operators[name] = operators.GetValueOrDefault(name) + 1;
            foreach (AttributeProto attribute in node.Attribute)
            {
                Count(attribute.G, operators, depth + 1);
            }
        }
    }

    private static ModelProto Parse(Func<ModelProto> parse, string name)
    {
        try
        {
            return parse();
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new OnnxException($"{name}: this is not an ONNX file, or it is damaged: {e.Message}", e);
        }
    }

    /// <summary>Turns what a damaged model makes of the library's own checks into one named exception.</summary>
    private static Body Guarded(Func<Body> make)
    {
        try
        {
            return make();
        }
        catch (Exception e) when (e is ArgumentException or OverflowException or OutOfMemoryException)
        {
            throw new OnnxException($"The model is damaged: {e.Message}", e);
        }
    }
}
